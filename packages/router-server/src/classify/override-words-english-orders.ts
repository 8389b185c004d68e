/** What hands a task to the name N, or to the gateway G. */
export const order = `
  ask|have|let|use|ping|consult|prompt|invoke|employ|involve|engage|choose|pick|try|call|make|letting ~ N
  ask N is|was|are|does|did|has|what|why|how|who|which|if|whether
  <hand> ~ N and|or|,|&|/ M
  get ~ N to|on|onto|involved
  <hand> ~ N's <take>
  want|need|like ~ N's <take>
  <take> from|of ~ N
  get|want|need … from ~ N
  tell ~ N to
  bring in ~ N
  bring ~ N in
  put ~ N on
  ask|have|let|get|use ~ N please|pls|plz|instead|to
  <give> … to ~ N
  <give> ~ N this|it|that|these
  over|up to ~ N
  leave|handed|hand … to ~ N
  switch|move|go|turn to ~ N
  go|stick|start|stay with ~ N
  go|run|come through|via ~ N
  do|run|try|execute|handle|open|finish|continue|make|fix|write|solve|start|answer|put|process … this|it|that|these|one with|on|in|via|through|by|using|over ~ N
  run|do|try|execute with|on|in|via|through|using ~ N
  this|that|it|these|those with|via|through|using|by ~ N
  via ~ N
  this|it|that|one is|goes|for ~ N
  this|it|that goes to ~ N
  one|job|task|something|work|question|case for ~ N
  START|.|(|— for|to|on|in|with|via|through|using|by|at N :|,|—|END|)|.
  be|get|have|want|need|been … <part> by ~ N
  to be <part> by ~ N
  want|need|like|love|prefer ~ N to|on|for|doing
  i|we prefer|choose|want ~ N
  i'd|we'd|would like|love|prefer|want ~ N
  i'd|we'd|would rather|sooner|better ?have|use|ask|let ~ N
  rather N than
  rather|better ?have|use|ask|let ~ N than
  can|could|would|will|won't|couldn't|wouldn't you ~ <hand> ~ N
  can|could|would|will you ~ <hand> ~ N to|on|onto|involved
  can|could|shall|might|may we|i ~ <ask> ~ N to|on
  can|could|shall|might|may we|i ~ <ask> ~ N
  can|could|would|will you … with|via|through|using ~ N
  mind|consider asking|letting|having|using|getting ~ N
  how about ~ N
  how about letting|asking|using|having ~ N
  you|want|like|please|remember|better|best|good|nice|great|prefer|love|need|forget|sure to ~ <hand> ~ N
  nice|good|great|best|better|fine|cool if ~ N
  wish|hope|suggest|propose|say|vote|think ~ N should|could|to|takes
  why not|don't ?you ~ <hand> ~ N
  don't|not forget|hesitate to <hand> ~ N
  not sure|possible|working|work ~ <hand> ~ N
  N should|must|shall|ought
  N would|will|might be better|best|perfect|great|good
  think ~ N would|should|could|might
  sure ~ N is|does|handles|gets|takes|writes|reviews
  take|bring … to ~ N
  over to you , N
  up , N
  let it|this|that be ~ N
  N it is
  N 's|'s turn|job|task
  N's turn|job|task
  N has|needs|is|ought to
  N please|pls|plz|instead|thanks
  N to do|handle|take|review|fix|look|write|answer|describe|read|check|explain|summarise|summarize|translate
  N for|on this|that|it
  N this time|one
  N do|take|handle|answers|handles|does|takes|can ?do|take|handle this|it|that|these
  can|could|would|will|may ~ N … this|it|these|my|that|attached
  please|pls|plz|only ~ N
  N only|pls|again END|.|)|—
  N instead|rather of|than M
  N , ?and ?but not|never M
  N ?and ?but not|over M
  — ~ N END|,|.|—
  — ~ N ~ END
  — ~ N ?for this|that ?time|one END
  ( ~ N )|END
  ( ~ N ?for this|that|it ?time|one|please )|END
  . ~ N END
  . ~ N ?for this|that|it ?time|one|please|pls END
  , N ?for this|that|it ?time|one|please|pls END
  , N please|pls|plz
  START ~ N ,|:|—
  . ~ N :
  . ~ N , <verb>
  START|. ~ N' <verb>
  START N . <verb>
  START|. please|hey|hi|ok|okay|so|now|listen , N ,|:|.
  , ~ N END
  throw|toss … at ~ N
  give|let ~ N a|another go|shot|try|chance|crack
  fire|start up ~ N
  with the help of ~ N
  want|need|get|like|prefer a|an|the|your|second <take> from|of ~ N
  N is fine|ok|okay
  START ~ N' is|are this|that|it|there|my
  run|put … past|by ~ N
  one's|that's|it's for ~ N
  with ~ N's help|assistance
  can|could|shall|may we ~ switch|move|go|turn|stick to|with ~ N
  you|want|like|please|remember|better|best|need|sure to ~ <hand> ~ N to
  START|.|,|—|( @ N
  @ N
  START / N
  model|brain|agent|engine|assistant|router|assignee|executor : N
  START model|brain|agent|engine|assistant|router|assignee|executor|use|using : N
  <ask>|tell|use ~ G to|send|post|deliver|message
  send|message|text|post|deliver|forward|push|notify|mail|ping|write … it|this|that|me|him|her|them|us|message|note|reminder|reply|everyone ~ through|via|over|by|with|using G
  send|message|text|post|deliver|forward|notify … it|this|that|him|her|them|us|message|note|reminder|reply … through|via|over|by|with|using G
  hand|give|pass|leave|delegate it|this|that|these ?over to G
  START|.|,|—|( through|via|over|by|with|using G ,|:|—|END|please|)|.
  through|via|over|using|with G to|for M|lena|mum|mom|dad|her|him|them|everyone|all|us
  send|text|message|forward … ~ through|via|using G to
  START|. use G to send|post|message|text|deliver|forward|tell|notify|remind
  START G :|,
`;

/** Prepositions, which a topic or a report outweighs. */
export const weak = `
  with N
  using ~ N
  through ~ N
  on|in|by N END|please|pls|plz|.|)|this
  with|using|via|through|on|by my|the|our|a N
  START|.|(|— on|in|by|to N
  get ~ N
`;
