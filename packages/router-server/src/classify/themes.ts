/** Words of a theme: one of them says more than its letters, also where training never met it. */
const lists: Record<string, string> = {
  language: "python java javascript typescript js ts golang rust ruby php perl kotlin swift scala haskell elixir erlang clojure julia matlab fortran cobol lua dart c++ c# sql plsql tsql graphql html css scss xml yaml json toml csv ndjson regex bash zsh powershell awk sed jq makefile dockerfile terraform hcl solidity verilog vba r node nodejs deno bun lisp ocaml assembly wasm latex markdown",
  framework: "react vue angular svelte next nuxt django flask fastapi rails laravel spring express nestjs dotnet pandas numpy pytorch tensorflow sklearn scikit keras jest vitest pytest junit mocha playwright selenium cypress webpack vite tailwind bootstrap redux prisma sqlalchemy hibernate celery sidekiq kafka rabbitmq redis postgres postgresql mysql mariadb sqlite mongodb dynamodb elasticsearch cassandra snowflake bigquery airflow dbt spark docker kubernetes k8s kubectl helm ansible nginx apache systemd cron crontab git github gitlab jenkins npm pnpm yarn pip poetry cargo maven gradle cmake webpacker eslint prettier excel vlookup xlookup spreadsheet wordpress unity unreal arduino linux ubuntu debian macos grep curl wget ssh rsync ffmpeg imagemagick tmux vim openssl",
  codeNoun: "function method class variable array dict dictionary loop recursion pointer struct enum interface generic callback promise async await thread mutex deadlock exception stacktrace traceback error bug debug debugger compile compiler linker segfault nullpointer null undefined nan type types typing script module package library dependency import endpoint handler middleware controller component hook query join index migration orm unit test tests mock fixture lint linter formatter refactor snippet code codebase repo repository branch merge commit rebase pull pr diff patch deploy pipeline ci build binary parser parse serialize deserialize encode decode hash algorithm sort bst linked heap stack queue api rest sdk cli flag argument regex formula macro webhook cors jwt oauth cookie cache manifest config yaml container pod image volume port proxy vhost selector css stylesheet",
  review: "review reviewing critique smell smells vulnerability vulnerabilities injection nitpick nits approve lgtm maintainable readability best practices cleanliness audit security flaws idiomatic",
  writing: "poem haiku sonnet limerick story tale novel chapter essay letter email mail blog post article newsletter caption slogan tagline headline title speech toast eulogy invitation bio resume cv cover summary summarise summarize rewrite rephrase paraphrase proofread translate translation tone lyrics song rap script dialogue screenplay description advert ad copy flyer brochure press release obituary review testimonial tweet thread linkedin announcement apology condolence wording phrase sentence paragraph text rhyme fable joke riddle roleplay persona character recipe product",
  research: "compare comparison best cheapest latest current recent news sources source cite citations study studies paper papers evidence literature statistics market competitors price prices cost review reviews recommend recommendation itinerary trip travel flights hotel restaurants visa law regulation regulations history who find out investigate overview trends report benchmark vendors providers alternatives near 0000",
  architecture: "architecture architectural design system microservice microservices monolith service services scale scaling scalable throughput latency availability sharding shard partition replication failover consistency eventual cap event driven queue broker gateway tenant multi schema erd normalise normalize model modelling migration migrate rollout strangler adr trade tradeoffs tradeoff pros cons boundary boundaries hexagonal ddd cqrs saga idempotent caching cdn load balancer offline sync conflict resolution modular layers layout plugin versioning backend frontend platform infrastructure topology deployment region regions",
  reasoning: "prove proof theorem lemma induction integral derivative equation equations solve solution calculate compute sum product remainder divisible prime factor triangle circle angle area volume probability dice coins cards combinations permutations puzzle riddle logic logical knights knaves liar sudoku chess mate sequence pattern next number numbers percent percentage average mean median deviation variance ratio speed train km hours minutes clock age ages older younger weigh balance truth false deduce infer optimal schedule constraint step steps how many matrix vector limit converge bayes expected value",
  send: "send text message msg dm reply respond forward ping notify tell post tweet publish share write mail email call invite answer",
  channel: "slack whatsapp telegram signal sms imessage teams discord mattermost messenger instagram facebook mastodon twitter linkedin bluesky gmail outlook inbox channel chat group thread mum mom dad boss team colleague landlord neighbour neighbor number contacts email everyone",
  device: "lights light lamp lamps bulb thermostat heating heater temperature ac fan blinds curtains shutter door lock garage camera tv television speaker speakers volume music song songs playlist album radio podcast spotify alarm timer vacuum roomba robot kitchen bedroom bathroom living hallway upstairs downstairs brightness dim mute unmute pause skip play resume turn switch bluetooth wifi screen",
  schedule: "remind reminder reminders alarm timer schedule calendar appointment meeting event daily weekly monthly hourly every each morning evening night noon midnight weekday weekdays weekend monday tuesday wednesday thursday friday saturday sunday tomorrow tonight later cron recurring repeat automatically whenever when if watch monitor alert notify shopping todo list task snooze backup",
  image: "image images picture pictures photo photos photograph screenshot screenshots scan scanned drawing diagram chart graph sketch painting selfie snapshot jpg jpeg png gif webp heic tiff tif bmp ocr handwriting handwritten visible shown attached face faces object objects color colour",
  everyday: "should feel feeling advice meaning mean means difference between why explain what is capital country who invented when was does do animals food cook eat drink sleep weather health doctor pain exercise diet relationship friend friends gift birthday hobby movie film book job interview salary school kids dog cat plant garden clean fix",
  extract: "extract classify label sentiment category categorize positive negative neutral entities given following passage sentence statement tweet review choose options answer true false based context",
};

const themesOf = new Map<string, string[]>();
for (const [theme, words] of Object.entries(lists)) for (const word of new Set(words.split(" "))) themesOf.set(word, [...(themesOf.get(word) ?? []), theme]);

/** Which themes the words touch: once, several times, and right at the start. */
export function themesIn(words: readonly string[]): string[] {
  const counts = new Map<string, number>();
  const found = new Set<string>();
  for (const [at, word] of words.entries()) {
    for (const theme of themesOf.get(word) ?? singular(word)) {
      counts.set(theme, (counts.get(theme) ?? 0) + 1);
      if (at === 0) found.add(`opens ${theme}`);
    }
  }
  for (const [theme, count] of counts) {
    found.add(`theme ${theme}`);
    if (count > 1) found.add(`theme ${theme} 2`);
    if (count > 3) found.add(`theme ${theme} 4`);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  if (sorted[0] && sorted[1] && sorted[0][1] > sorted[1][1]) found.add(`mostly ${sorted[0][0]}`);
  return [...found];
}

function singular(word: string): string[] {
  return word.length > 3 && word.endsWith("s") ? (themesOf.get(word.slice(0, -1)) ?? []) : [];
}
