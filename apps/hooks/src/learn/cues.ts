/** Words by which sentences give away what they are, in English and German. */
export const cues = {
  decided:
    /\b(?:decid\w*|decision|chose|chosen|settled? on|go(?:ing)? with|went with|instead of|rather than|from now on|convention|agreed|prefer\w*|let'?s (?:use|keep|do|go|not)|we(?:'ll| will)? (?:use|keep|avoid|never|always)|never|always|must(?: not)?|should(?:n'?t| not)|do not|don'?t|keep (?:it|the|using)|stick (?:to|with)|entschieden|entscheid\w*|ab jetzt|statt(?:dessen)?|lieber|wir (?:nehmen|bleiben|machen|verwenden|lassen)|immer|niemals?|auf keinen fall|soll(?:en|te)?)\b/i,
  found:
    /\b(?:root cause|the (?:cause|reason|culprit|problem|bug|issue|trick)|turn(?:s|ed) out|because|caused by|due to|since the|so that|it was|was (?:that|the)|happens when|only when|leaks?|race|off[- ]by[- ]one|lag (?:daran|an)|ursache|grund|weil|dadurch|stellt(?:e)? sich heraus)\b/i,
  failed:
    /\b(?:did(?:n'?t| not) (?:work|help)|does(?:n'?t| not) (?:work|help)|dead end|no luck|gave up|reverted|roll(?:ed)? back|tried|made (?:it|things) worse|still fail\w*|not (?:possible|supported)|hat nicht (?:geholfen|funktioniert)|sackgasse|verworfen|bringt nichts|zur[uü]ckgenommen)\b/i,
  open: /\b(?:todo|to do|open question|still (?:open|to|need\w*|unclear|missing)|not (?:yet|done)|remaining|left (?:to do|open|for)|next (?:step|time|up)|follow[- ]?up|later|unresolved|wait(?:ing)? for|noch (?:offen|nicht|zu)|offen(?:e frage)?|sp[aä]ter|als n[aä]chstes)\b|\?$/i,
};

/** What a person types that says nothing by itself. */
export const chatter = /^(?:y(?:es|ep|eah)?|no|ok(?:ay)?|thanks?|thx|danke|ja|nein|go|do it|sure|continue|weiter|perfect|great|cool|nice|lgtm|hm+)\b[\s\p{P}]*(?:please|thanks?|do it|go ahead)?[\s\p{P}]*$/iu;
