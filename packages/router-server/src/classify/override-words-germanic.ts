import type { OverrideWords } from "./override-words.ts";

export const german: OverrideWords = {
  sets: {
    hand: "frag|frage|fragt|lass|lasse|lasst|laß|nimm|nehmt|nutz|nutze|nutzt|benutz|benutze|verwende|verwendet|beauftrage|beauftragt|konsultiere|ruf|hol|wähl|wähle|setz",
    give: "gib|gebt|schick|schicke|schickt|leite|leit|reich|reiche|übergib|überlass|überlasse|sende|delegiere|gebe|geben|schicken|weiterleiten|weiter|wende",
    you: "könntest|kannst|würdest|magst|willst|möchtest|könnt|kannste|darfst|solltest|können|könnten|würden",
    not: "nicht|nie|niemals|keinesfalls",
    who: "ich|wir|er|sie|leute|man|nutzer|kunden|entwickler|ihr|wer|immer|oft",
    verb: "fragen|nehmen|nutzen|benutzen|verwenden|bitten|ranlassen|beauftragen|überlassen|machen|lassen|geben|schicken",
    topic: "beitrag|artikel|text|aufsatz|vergleich|vergleiche|unterschied|gestern|hat|habe|hatte|hatten|haben|wurde|war|vorhin|zwischen|geschichte|anleitung|seite|doku|letzte",
  },
  fillers: "bitte mal den die das dem der dies doch einfach lieber hier jetzt ruhig besser diesmal dafür mir uns dazu dann es ihn nur auch noch gleich vielleicht aber mich stattdessen gern gerne eher bloß ja schnell",
  reach: 7,
  capitalNouns: true,
  order: `
    <hand> ~ N
    bitte|bitten ~ N
    <give> … an ~ N
    an ~ N <give>|übergeben|delegieren
    überlass|überlasse|überlassen ~ N
    überlass|überlasse das|dies|diese … N
    gib|gebt ~ N
    START|.|( für ~ N :|,|END
    <you> du|ihr|sie|wir ~ N
    <you> du … mit|von|an|über|per ~ N
    lasst|lass uns ~ N
    möchte|will|wünsche|hätte|wünschte|fände|bitte|wäre|wär ?… ?, dass|daß|wenn|falls ~ N
    wäre|wär … wenn|falls ~ N
    möchte|will|hätte … , dass|wenn … N
    lieber|liebsten|bevorzugt ~ N
    lieber|liebsten mit|von|an|bei ~ N
    lieber|eher N als
    vielleicht kann|könnte|soll|mag ~ N
    soll|sollte|muss|möge|darf ~ N
    kann|könnte|würde ~ N … das|dies|diese|mir|mal|bitte
    N soll|sollte|muss|möge|darf ~
    N soll|sollte|muss|möge|darf
    von|vom ~ N … lassen|prüfen|machen|erledigen|schreiben|beantworten|übersetzen
    durch ~ N … lassen
    N ~ <verb>
    mit|per|via|über ~ N ~ machen|lösen|erledigen|prüfen|bearbeiten|schreiben|verschicken|schicken|senden
    N bitte|übernimmt|übernehmen|macht
    START|. ~ N ,|:
    schick|schicke|sende|poste … über|per|via|mit|durch ~ N
    schreib|sag|antworte … per|via ~ N
    schick|schicke|sende|schreib|sag|poste … über|per|via|mit|durch ~ G
    START|.|,|— über|per|via G
    ( N )
    — ~ N ?diesmal|bitte END
    ja|doch|sondern ~ N
    sondern an|mit|von|über|durch ~ N
  `,
  weak: `
    mit|per|via ~ N
    durch|von ~ N END
  `,
  refused: `
    ohne|nicht|kein|keinen|keine|keinem|außer|ausser|statt|anstatt|anstelle|bloß ~ N
    anstelle von ~ N
    statt|anstatt mit|an|von|durch|über|bei|zu ~ N
    nicht|nie|niemals an|mit|von|durch|über|bei|per|zu|für ~ N
    verzichte|verzichten auf ~ N
    keinen fall ~ N
    keinen fall an|mit|von|durch|über ~ N
    keinen fall … N
    niemals|keinesfalls … N
    <hand>|bitte ~ N ~ <not>
    <hand> ~ N ~ auf keinen fall
    <give> … an ~ N ~ <not>
    <you> du ~ N ~ <not>
    lass|lasse|lasst ~ N ~ raus|weg|draußen|außen|aus|bleiben
    N ~ nicht <verb>
    lieber|eher|besser M als ~ N
    lieber|eher|besser … M … als ~ N
    lieber|eher|besser … als ~ N
    M statt|anstatt ~ N
    N soll|darf|muss|sollte ~ <not>
    nicht … <give>|schicken … an ~ N
    alles|jeder|alle|jeden|egal nur nicht ~ N
  `,
  told: `
    über|wie|zwischen|namens|als|gegen|bei|zu|zum|beim ~ N
    laut|gemäß|zufolge ~ N
    im vergleich zu|mit ~ N
    <topic> … N
    vergleich|vergleiche … N
    was|warum|wieso|weshalb|wie|wo|wann|welche|welches … N
    was|warum|wieso|wie|wann kann|kostet|soll|ist|könnte|sollte|muss|darf ~ N
    N hat|hatte|sagte|sagt|meinte|meint|ist|war|wurde|kostet|schrieb|riet|behauptet|behauptete|schlug|fand|schlägt|empfiehlt|empfahl|antwortete|liefert|lieferte|versteht|findet|stürzt|läuft|funktioniert|gibt
    habe|hab|haben|hatte|hatten|hast|hat|ließ|ließen|fragte|nutzte ~ N
    <who> habe|hab|haben|hatte|hatten|hat … N
    <who> ~ <hand> ~ N
    <who> ~ <give> … an ~ N
    ich|wir|er|man soll|sollte|sollen|muss|kann|könnte ~ N ~ <verb>
    man|ich|wir|leute|nutzer|kunden ~ N ~ <verb>
    habe|hab|haben|hatte|hatten|hat … mit|von|durch|an|über ~ N
    M und|oder|vs ~ N
    N und|oder|vs ~ M
    onkel|tante|kollege|kollegen|kollegin|freund|bruder|chef|nachbar|herr|herrn|frau|lieber , N
    onkel|tante|kollege|kollegen|freund|bruder|chef|nachbar|herr|herrn|frau ~ N
    lieber N ,
    N monet|debussy|shannon|abo|api|dokumentation|doku|sdk
    sternzeichen|sternbild|horoskop|zwilling ~ N
    ein|eine|einen|einem N
    mail|nachricht|brief|einladung|karte|glückwunsch|geschenk … an|für ~ N
    grüße|gruß|danke ,|. N
    sag|sage ~ N , dass
  `,
  corrects: `
    nein|nee|halt|moment|quatsch|ach|stopp|doch ?nein ?, … N
    ,|.|—|( nein|nee|halt|quatsch|ach|stopp|doch … N
    doch lieber|besser … N
    vielmehr|beziehungsweise … N
  `,
};

export const dutch: OverrideWords = {
  sets: {
    hand: "vraag|laat|gebruik|pak|neem|zet|roep|kies|probeer",
    give: "geef|stuur|speel|draag|besteed|zend|delegeer|leg",
    you: "kun|kan|kunt|zou|wil|wilt|zul|mag",
    not: "niet|nooit",
    who: "ik|wij|we|hij|zij|ze|mensen|men|je|jullie|gebruikers|klanten|wie",
  },
  fillers: "maar even eens de het dit dat alsjeblieft aub graag liever hier nu dan ook misschien gewoon deze mij ons hiervoor daarvoor toch",
  reach: 7,
  order: `
    <hand> ~ N
    <hand> dit|het|dat|deze ?even aan|door ~ N
    vraag aan|of ~ N
    <give> … aan|naar|door ~ N
    <give> ~ door|over aan|naar ~ N
    <you> je|jij|u|jullie ~ N
    <you> je|jij|u ~ aan|met|door ~ N
    wil|wilde ?graag|liever dat ~ N
    graag|liever|liefst dat|met|door|via ~ N
    lieber|liever|liefst ~ N
    liever N dan
    misschien kan|kon|moet ~ N
    moet|mag ~ N
    N moet|mag|zou
    door ~ N laten|doen
    N ~ laten|vragen|gebruiken|nemen
    START|. ~ N ,|:
    ( N )
    maar|wel ~ N
  `,
  weak: `
    met|via ~ N
    door ~ N END|laten
  `,
  refused: `
    niet|geen|zonder|behalve|nooit|buiten ~ N
    niet|nooit aan|met|door|via|voor|naar|van ~ N
    plaats van ~ N
    plaats van aan|met|door|via|naar ~ N
    <hand> ~ N ~ niet|nooit|buiten|erbuiten|weg
    <hand>|<you> ~ ?je N ~ niet
    <give> … aan|naar ~ N ~ niet
    vermijd|vergeet ~ N
    liever M dan ~ N
    liever … M … dan ~ N
    liever … dan ~ N
    N ~ moet|mag|hoeft ~ niet
  `,
  told: `
    over|zoals|tussen|genaamd|als|dan|bij|van ~ N
    volgens ~ N
    verschil|vergelijk|vergeleken|artikel|stuk|tekst|gisteren|heb|heeft|hebben|had … N
    wat|waarom|hoe|wanneer|welke … N
    wat|hoe|waarom|wanneer kost|kan|is|doet|moet|mag ~ N
    N zei|zegt|heeft|had|is|was|vroeg|schreef|stelde|beweert|kost|raadde|vond|vindt|liet|kan
    heb|heeft|hebben|had|liet|vroeg|gebruikte ~ N
    <who> ~ <hand> ~ N
    M en|of ~ N
    N en|of ~ M
    oom|collega|vriend|broer|meneer|mijnheer|buurman|tante ~ N
    een N
  `,
  corrects: `
    nee|wacht|sorry|toch ?, … N
    ,|.|—|( nee|wacht|sorry|toch … N
  `,
};
