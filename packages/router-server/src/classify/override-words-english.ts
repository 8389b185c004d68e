import { order, weak } from "./override-words-english-orders.ts";
import type { OverrideWords } from "./override-words.ts";

export const english: OverrideWords = {
  sets: {
    hand: "ask|have|let|use|ping|consult|prompt|invoke|employ|involve|engage|tell|get|make|try|call|bother|pick|choose|take",
    give: "give|hand|pass|send|route|delegate|assign|forward|leave|refer|throw|toss|kick|escalate|punt|entrust|fire|direct|shoot|submit|dispatch|ship|relay|take",
    who: "i|we|they|he|she|people|users|who|you|developers|customers|teams|everyone|somebody|someone|students|colleagues|companies|engineers|always|often|usually|sometimes|friends|clients|that|which|already|user|customer|developer|visitor|player|admin|one|visitors|players|students|members|kids|teachers",
    dont: "don't|dont|not|never|won't|wont|shouldn't|shouldnt|nobody|needn't|no-one|didn't|doesn't|can't|cannot",
    part: "done|reviewed|written|answered|checked|handled|fixed|translated|drafted|described|explained|summarised|summarized|looked|read|solved|made|refactored|tested",
    take: "opinion|take|view|thoughts|help|advice|input|answer|feedback|verdict|eyes|opinions|review",
    thing: "api|apis|sdk|key|keys|docs|documentation|subscription|subscriptions|pricing|plugin|plugins|extension|wrapper|client|class|library|package|adapter|provider|integration|logo|icon|button|users|tokens|token|website|homepage|changelog|account|invoice|bill|competitor|competitors|alternative|alternatives|community|conference|models|model's|endpoint|response|responses|outage|release|releases|status|dashboard|license|licence|limits|quota|credits|app|apps|config|settings|folder|directory|file|repo|repository|sdks|mcp|hooks|skill|skills|badge|banner|chatbot|prompts|prompt|tutorial|course|guide|vs|versus",
    sign: "constellation|season|horoscope|horoscopes|woman|man|men|women|zodiac|sign|moon|rising|twins|star|stars|spacecraft|mission|missions|capsule|programme|program|observatory|telescope|exchange|crypto|personality|birthday|traits",
    book: "sinaiticus|leicester|gigas|mendoza|vaticanus|seraphinianus|alexandrinus|manuscript|manuscripts|page|pages|astartes|borgia|argenteus|regius|iuris|alimentarius|entry|entries|book|leaves",
    person: "monet|debussy|shannon|rains|chabrol|lorrain|lelouch|juncker|van|levi|lévi|bernard|makélélé|mckay|cahun|puel|françois|berri|sautet|nougaro|giroux|king",
    verb: "fix|write|review|check|look|explain|make|do|read|translate|summarise|summarize|draft|find|give|describe|create|build|add|refactor|debug|help|test|run|analyse|analyze|plan|design|generate|send|tell|please|pls|plz|what's|whats|who's|can|could|would|will|take|have|rewrite|implement|update|remove|compare|answer|show|list|work|what|why|how",
    topic: "about|compare|comparing|comparison|difference|differences|article|post|essay|tutorial|guide|history|overview|story|documentation|docs|yesterday|asked|said|between|learn|course|book|subscribe|horoscope|zodiac|build|building|integrate|integrating|integrates|talks|talk|works|competes|tips|reasons|ways|tricks|features",
    ask: "have|let|ask|get",
    made: "written|generated|translated|created|made|produced|built|drafted|done|reviewed|fixed|summarised|summarized|trained|answered|handled|powered|painted|wrote|built",
  },
  fillers: "the my our please pls plz just only maybe rather simply also again instead good old kindly ever even really go and bother to it this that now then first actually better directly either again quickly hey hi hello ok okay so well alright yo oh but",
  reach: 7,
  order,
  weak,
  refused: `
    not|no|without ~ N
    minus|sans N
    not|no|without ~ N for|on this|that|it
    not|no|without ~ N this time|one
    not|no|without|but ~ N please|pls|plz|here|again|now
    not N to do|handle|take|review|fix|write
    not for|to|with|by|on|via|through|from|in|using|at ~ N
    not a|the job|task|one|thing|case for ~ N
    isn't|not|never|nothing … for ~ N
    isn't|not|no|never|nothing ~ job|task|one|thing|case|work|question for ~ N
    not|isn't a|the|really job|task|one for ~ N
    <dont> ~ <hand> ~ N
    <dont> you ~ dare ?to <hand> ~ N
    <dont> want|need|like ?you|me|us ?to ~ <hand> ~ N
    <dont> want|need|like|trust ~ N
    <dont> want|need|like ~ N to|on|for
    <dont> ~ <give> … to ~ N
    <dont> ~ <hand> ~ N to
    <dont> ~ tell ~ N to
    <dont> ~ get ~ N to|involved|on
    <dont> ~ run|do|use|go|try|make|write|fix|handle|send|solve ?… ?this|it|that ?anything with|via|through|on|by|using|in ~ N
    <dont> ~ run|do|use|go|try|make|write|fix|handle|send|solve … with|via|through|on|by|using|in ~ N
    do|will|should|must not ~ <hand> ~ N
    no one should|must|may ~ <hand> ~ N
    no need to ~ <hand>|involve|bother ~ N
    no need for ~ N
    nobody|none|no-one should … to|with ~ N
    <dont> be|get ?… ?<part> by ~ N
    rather|instead|sooner than|of ~ N
    rather|instead|sooner than|of asking|using|letting|having|with|giving|by|to|via|getting|through|bothering ~ N
    rather|instead|sooner than|of sending|giving|handing|passing|routing … to ~ N
    rather|instead than|of ask|use|let|have ~ N
    in place of ~ N
    M over N
    prefer … over|to ~ N
    rather|better M than ~ N
    rather|better … M … than ~ N
    rather … than ~ N
    no more|longer ~ N
    leave ~ N out|alone|aside|off
    keep ~ N out|away|off|from
    keep|leave|hide … from|off ~ N
    keep … away from ~ N
    anything|anyone|anybody|any|everything|everyone|everybody|all|whoever|whatever but|except|besides ~ N
    except|besides|excluding|avoid|skip|exclude|drop|ditch ~ N
    except for|with|to ~ N
    other than ~ N
    apart|aside|far|stay|away from ~ N
    avoid|skip|stop|quit asking|using|calling|letting|having|involving ~ N
    forget ?about ~ N
    enough of ~ N
    N should|must|may|shall not
    N shouldn't|mustn't|shouldnt|mustnt
    N is not to
    hands off N
    <dont> ~ <hand>|send|go … G
  `,
  told: `
    about|regarding|concerning|like|than|as|of|versus|vs|called|named|nicknamed|between|by|against|unlike|per ~ N
    according to ~ N
    difference|choose|decide between ~ N
    <topic> … N
    when|while|because|since|if|whenever|until|whether … N
    <who> ~ <hand> ~ N
    <who> ~ <hand> ~ N to
    <who> ~ <give> … to ~ N
    <who> get ~ N to|on
    should|do|did|does i|we|they|people|users|one ~ <hand> ~ N
    i'll|we'll|i've|we've|he'll|they'll|i'd|gonna ~ <hand> ~ N
    <who> will|would|can|could|might|may|do|did|had|have|has|was|were ~ <hand> ~ N
    to ~ <hand> ~ N
    to <hand> ~ N to
    how to ~ <hand> ~ N
    how|where|when|why do|does|can|should|would|could|did i|we|you|people|one|they ~ <hand> ~ N
    how|why do|does|can|should|would|could|did … with|through|via|on ~ N
    to <give> … to ~ N
    a|an|the <hand> ~ N
    <ask>|use|call ~ N <thing>
    asked|had|used|got|tried|told|uses|asks|lets|gave|called|hired|paid ~ N
    asked|had|used|let|got|tried|told|gave ~ N to
    gave|sent|handed|passed|sends|passes|gives … to ~ N
    i|we|they|he|she|who ~ let ~ N
    let ~ N … yesterday|ago|earlier
    let N know
    tell N that|i|i'm|i'll|we|we're|about|how|thanks|happy|he|she|his|not
    call|ring N and|at|back|later|tomorrow|tonight|about
    send|write|post|mail|compose|draft … email|mail|message|letter|note|card|invitation|invite|flowers|sms|birthday|postcard|gift|parcel|mom|invoice … to ~ N
    send|pass|forward … request|requests|webhook|webhooks|prompt|prompts|tokens|payload|payloads|calls|headers … to ~ N
    work|works|working|worked|works|compatible|integrated|integrates|integrate|together|chat|chats|conversation|experience|happy|wrong|problem|problems|issue|issues|play|plays|familiar with ~ N
    M and|or|vs|versus|& N
    N and|or|vs|versus|& M
    N , M ,|and|or|&
    M , N ,|and|or|&
    M , and|or N
    N said|says|told|wrote|writes|was|is|are|were|did|does|gave|gives|made|makes|suggested|suggests|thinks|thought|claims|claimed|failed|crashed|crashes|kept|keeps|broke|has|had|got|used|uses|costs|cost|came|recommended|recommends|answered|produced|produces|seems|seemed|feels|returned|returns|generated|proposed|proposes|did|found|fixed|changed|added|removed|deleted|introduced|kept|insists|insisted|refuses|refused|hallucinated|hallucinates|rains|mentions|stopped|supports|offers|which|who|that|already|isn't|wasn't|doesn't|didn't|hasn't|can't|cannot|just|also|always|never|still|often
    N should|must be|support|have|return|appear|show|cost|know|remain
    why|how|what|when|where|whether|if|which should|must|would|could|can|does|is|did ~ N
    what|why|how|when|where|whether|which … N
    N <thing>
    ask|have|let ~ N a|the <thing>
    N <sign>
    N <book>
    N <person>
    N's
    N 's
    uncle|aunt|cousin|colleague|friend|boss|neighbour|neighbor|brother|father|grandfather|grandpa|mr|mrs|ms|dr|saint|st|jean|professor|prof|husband|wife|son|manager|dear|monsieur|madame|coworker|mate|teacher|intern|client|customer|i'm|you're|president|sir|name ~ N
    N from|in accounting|hr|sales|marketing|finance|legal|work|school|upstairs|payroll|it|purchasing|procurement|reception|support|engineering
    N at work|school|the
    a|an|another|every|some|any|ancient|medieval|maya|mayan|aztec ~ N
    with|on|in|by|through a|an|the|this ~ N <book>
    born|season under|of ~ N
    regards|best|cheers|thanks|love|sincerely|yours|wishes ,|. N
    is|are|does|did|was|has|were|isn't|aren't ~ N
    N or M
    on ~ N <topic>
    say|said|says|type|types|word|phrase|string|command|writes|reads N
    should|do|did|shall i|we ~ switch|move|go|turn to|with ~ N
    <who> ~ switch|move|go|turn|stick to|with ~ N
    to|and switch|move|migrate to ~ N
    got|received|had … from ~ N
    got|received|had … <take> from|of ~ N
    the|this|that|an <take> from|of ~ N
    been|is|are|was|am|i'm|keeps|keep|by|of using ~ N
    for|to|of|in|on|with ~ N <thing>
    N with M
    runs|ran|running|based|built|relies|depends|uses|hosted on|with|by|through ~ N
    suggested|suggests|recommended|recommends|tried|considered|started|likes|love|hate using|asking ~ N
    M with ~ N
    compared|comparing|competing|confused with|to ~ N
    confuse … with ~ N
    M , M , N
    compare|comparing M , N
    <made> by|with|using|via|through ~ N
    that|which|tasks|who|questions|requests go|goes|went|going to ~ N
    said|told|suggested|recommended|recommends|suggests|says … to ~ <hand> ~ N
    request|requests|traffic|calls|call|packets|payments|payment|api|http|timeouts|goes|go|going|logs ~ … G
    G is|was|returns|returned|times|timed|fails|failed|service|config|timeout|rejects|drops|code|routes|handles|adds|should|must
  `,
  corrects: `
    no|nope|wait|actually|sorry|nah|hmm|hold|rather|oops|instead|hm|better , … N
    ,|.|—|( no|nope|wait|actually|sorry|nah|oops ?wait|no ~ N
    ,|.|—|( no|nope|wait|actually|sorry|nah|rather|oops … N
    scratch|strike|forget|ignore|cancel that ?,|.|— … N
    scratch|strike|forget|ignore|cancel that … N
    on second thought|thoughts ?, … N
    i|i meant|mean ?, … N
    make that|it ~ N
    or rather|better ?, … N
    changed my mind ?,|.|—|: … N
    N instead
  `,
};
