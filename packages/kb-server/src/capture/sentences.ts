export interface Sentence {
  text: string;
  /** Lower-cased. */
  words: string[];
  /** A list item or a row, not running text. */
  isItem: boolean;
}

const wordPattern = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’_-]*/gu;
const unspaced = /[\u3040-\u30FF\u3400-\u9FFF\u0E00-\u0E7F]/;
const segmentedChars = 20_000;
/** Sentences end here; a full stop only before a space, and not after one letter ("J. Smith"). */
const sentenceEnd = /[.!?…؟۔।]["'”’»)\]]{0,3}(?=\s)|[。！？]["'”’»」』）]{0,3}/gu;
const abbreviation = /(?:^|[\s(])(?:\p{L}|mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|z\.b|bzw|ca|nr|no|fig|vol|approx|inc|ltd|jr|sr)\.$/iu;

/** The sentences of a Markdown text without its markup, code, headings and tables. */
export function sentencesOf(markdown: string): Sentence[] {
  const segmenter = wordSegmenter(markdown);
  const sentences: Sentence[] = [];
  for (const block of blocksOf(markdown)) {
    for (const text of split(block.text)) {
      const words = segmenter ? segmenter(text) : wordsOf(text);
      if (words.length > 0) sentences.push({ text, words, isItem: block.isItem });
    }
  }
  return sentences;
}

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(wordPattern) ?? [];
}

/** Languages without spaces need a dictionary, which is slow: the beginning of the text gets it. */
function wordSegmenter(text: string): ((sentence: string) => string[]) | undefined {
  const sample = text.slice(0, 2_000);
  if ((sample.match(new RegExp(unspaced, "g"))?.length ?? 0) * 4 < sample.length) return undefined;
  const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });
  let left = segmentedChars;
  return (sentence) => {
    left -= sentence.length;
    if (left < 0) return [];
    return Array.from(segmenter.segment(sentence)).filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment.toLowerCase());
  };
}

interface Block {
  text: string;
  isItem: boolean;
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let isItem = false;
  let fence = "";
  const finish = () => {
    const text = plain(lines.join(" "));
    if (text !== "") blocks.push({ text, isItem });
    lines = [];
    isItem = false;
  };
  for (const line of markdown.split("\n")) {
    const mark = /^\s{0,3}(```|~~~)/.exec(line)?.[1];
    if (mark !== undefined && (fence === "" || mark === fence)) {
      fence = fence === "" ? mark : "";
      finish();
      continue;
    }
    if (fence !== "") continue;
    const item = /^\s{0,12}(?:[-*+•]|\d{1,3}[.)])\s+(?=\S)/.exec(line);
    if (line.trim() === "" || /^\s{0,3}(?:#{1,6}\s|\||(?:-{3,}|={3,}|\*{3,})\s*$)/.test(line)) {
      finish();
    } else if (item) {
      finish();
      lines.push(line.slice(item[0].length));
      isItem = true;
    } else {
      lines.push(line.replace(/^[\s>]{1,20}/, ""));
    }
  }
  finish();
  return blocks;
}

/** Links by their text, no emphasis, no bare addresses. */
function plain(text: string): string {
  return text
    .replace(/!?\[([^\][]{0,500})\]\([^()\s]{0,2000}\)/g, "$1")
    .replace(/https?:\/\/[^\s)>\]]+/g, "")
    .replace(/[*`~]/g, "")
    .replace(/(?<![\p{L}\p{N}])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![\p{L}\p{N}_])/gu, "")
    .replace(/\s+/g, " ")
    .trim();
}

function split(block: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const end of block.matchAll(sentenceEnd)) {
    const stop = end.index + end[0].length;
    if (end[0].startsWith(".") && abbreviation.test(block.slice(Math.max(start, stop - 12), stop))) continue;
    sentences.push(block.slice(start, stop).trim());
    start = stop;
  }
  sentences.push(block.slice(start).trim());
  return sentences.filter((sentence) => sentence !== "");
}

/** Whether a lower-case word carries no topic: the commonest words of the commonest languages, numbers, single letters. */
export function isStopWord(word: string): boolean {
  return stopWords.has(word) || (word.length < 3 && !unspaced.test(word)) || /^\d/.test(word);
}

const stopWords = new Set(
  [
    "a about above after again against all also although always am among an and another any are aren't around as at away back be became because become been before being below between both but by came can can't cannot come could couldn't did didn't do does doesn't doing don't done down during each either else enough even ever every few first for from further get gets getting give go goes going got had has have having he he's her here hers herself him himself his how however i i'm i've if in into is isn't it it's its itself just know last less let let's like likely little long look made make makes many may maybe me mean might more most much must my myself need never new next no nor not nothing now of off often on once one ones only onto or other others our ours ourselves out over own per perhaps please put quite rather really said same say says second see seem seems several shall she should shouldn't show since so some something still such take than that that's the their theirs them themselves then there there's therefore these they they're thing things think this those though three through thus to together too two under until up upon us use used uses using very via want was wasn't way we we're well went were what when where whether which while who whole whom whose why will with within without won't work would wouldn't yes yet you you're your yours yourself",
    "aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da dabei dadurch dafür damit dann das dass dazu dein dem den denn der des deshalb dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines einige er es etwas euch euer für gegen gibt haben habe hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in indem ins ist ja jede jedem jeden jeder jedes jedoch kann kein keine keinem keinen keiner können könnte machen man mehr mein mit muss müssen nach nicht nichts noch nun nur ob oder ohne schon sehr sein seine seinem seinen seiner seit sich sie sind so solche soll sollen sollte sondern sonst über um und uns unser unter viel viele vom von vor war waren warum was weil welche welcher wenn wer werden wie wieder will wir wird wo wurde wurden würde zu zum zur zwar zwischen",
    "afin ainsi après au aucun aussi autre autres aux avant avec avoir car ce cela celle celui ces cet cette ceux chaque comme comment dans de depuis des deux doit donc dont du elle elles en encore entre est et était été être eu eux fait faire fois font il ils je jusque la le les leur leurs lors lui mais même mes moi moins mon ne ni non nos notre nous on ont ou où par parce pas peu peut plus plusieurs pour pourquoi quand que quel quelle quelles quels qui quoi sa sans se sera ses si son sont sous sur ta te tes toi ton tous tout toute toutes très tu un une vers vos votre vous y",
    "al algo algunas algunos ante antes aunque cada como con contra cual cuando del desde donde durante el ella ellas ellos entre era eran es esa esas ese eso esos esta está están estas este esto estos fue fueron ha había han hasta hay la las lo los más me mi mientras muy nada ni no nos nosotros o otra otras otro otros para pero poco por porque puede pueden que qué quien se sea ser si sí sido sin sino sobre son su sus también tanto te tiene tienen toda todas todo todos tu un una unas uno unos y ya yo",
    "alla alle allo anche ancora che chi ci come con così cosa cui da dal dalla dalle dei del della delle dello di dove due e ed era gli ha hanno il in io la le lei li lo loro lui ma mi molto ne negli nei nel nella nelle no noi non nostro o ogni per perché più può quale quando quanto quella quelle quelli quello questa queste questi questo qui sarà se sempre senza si sia sono sua sue sul sulla suo suoi tra tutti tutto un una uno vi voi",
    "ao aos as até com como da das de dele dela do dos e ela elas ele eles em entre era essa esse esta este eu foi foram há isso isto já mais mas me mesmo meu minha muito na não nas nem no nos nós o os ou para pela pelo por porque pode podem quando que quem se sem ser seu seus só sua suas também te tem têm todo todos tudo um uma umas uns você vocês",
    "aan als bij dan dat de deze die dit door dus een en er gaat geen haar had heb hebben heeft hem het hij hoe hun ik is je jij kan kunnen maar meer met mij mijn moet naar niet nog nu of om onder ons ook op over te toen tot uit van veel voor waar waren was wat we wel werd wie wij worden wordt zal ze zich zij zijn zo zou",
    "а без более бы был была были было быть в вам вас весь во вот все всё вы где да даже для до его ее её если есть еще ещё же за здесь и из или им их к как ко когда кто ли между меня мне мы на над не него нет но о об он она они от по под при с со так также такой там то тоже только тот у уже чего чем что чтобы эта эти это этот я",
    "на от про та те це що як який яка але або від до за із під при та ці цей ще",
    "من في على إلى عن أن إن هذا هذه ذلك التي الذي هو هي كان كانت قد لم لا ما مع كل بعد قبل بين أو ثم حتى كما",
    "של את על לא הוא היא זה זאת כי אם גם או עם כל אל אך יש אין היה הם אני אנחנו אתה מה מי",
    "の に は を た が で て と し れ さ ある いる も する から な こと として い や など なっ ない この ため その あっ よう また もの あり です ます まし という それ",
    "的 了 在 是 我 有 和 就 不 人 都 一 一个 上 也 很 到 说 要 去 你 会 着 没有 看 好 自己 这 那 与 及 等 为 以 而 从 对 中",
  ].flatMap((words) => words.split(" ")),
);
