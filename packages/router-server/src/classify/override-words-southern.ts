import type { OverrideWords } from "./override-words.ts";

export const italian: OverrideWords = {
  sets: {
    hand: "usa|usate|usi|utilizza|utilizzi|consulta|scegli|prova|prendi|interpella|preferisco|vorrei",
    give: "chiedi|chiedete|chieda|chiedere|fai|far|fallo|falla|fare|di'|di|passa*|manda*|affida*|dai|dallo|dalla|gira*|lascia*|invia*|delega*|consegna*|inoltra*|domanda|rivolgiti|fatti|fammelo|fammi",
    to: "a|ad|al",
    wish: "vorrei|piacerebbe|preferirei|lascia|sarebbe|lasciamo|voglio|preferisco|bello|spero|meglio|lascia|lasciare|fai|fa'",
    not: "non|mai|senza",
  },
  fillers: "per favore piuttosto solo questo questa il la lo pure anche ora qui allora magari meglio direttamente invece",
  reach: 7,
  order: `
    <hand> ~ N
    <give> ?… <to> ~ N
    <give> … da ~ N
    prova con ~ N
    <wish> che|se ~ N
    <wish> ?… che|se ~ N
    puoi|potresti|può|potrebbe ~ usare|utilizzare|consultare ~ N
    puoi|potresti|può|potrebbe … <to>|con|da ~ N
    START|.|,|:|— ~ che ~ N
    N deve|dovrebbe
    pensi|pensa|occupi|occupa ~ N
    se puoi|possibile ~ usa|con ~ N
    ma|bensì|meglio ~ N
    ma|bensì <to>|con|da ~ N
    START|. ~ N ,|:
    ( N )
    con N END|,
    favore N
  `,
  weak: `
    con|tramite|via|attraverso ~ N
  `,
  refused: `
    non|senza|evita|tranne|eccetto|niente|mai|salvo ~ N
    non|mai a|con|da|per|al ~ N
    non|mai … <to>|con|da ~ N
    non|mai ~ <give> ?… <to> ~ N
    non|mai ~ usare|utilizzare|consultare|chiamare|voglio|usate ~ N
    lascia stare|perdere|fuori ~ N
    posto|invece di|che|a|con ~ N
    posto|invece … di|a|con ~ N
    invece che|di a|con|chiedere|usare ~ ?a N
    piuttosto che|di ?a|con ~ N
    meglio M che ~ N
    meglio … che ?a|con ~ N
    N non ,|.|END
  `,
  told: `
    su|tra|fra|come|secondo|sul|contro|chiamato|riguardo ~ N
    riguardo|rispetto a ~ N
    confronta|differenza|articolo|ieri|com'è|quanto|cosa|perché|già … N
    N ha|mi|è|era|diceva|dice|costa|sostiene|propone|aveva|sa|funziona|dà
    chiesto|usato|detto|passato|mandato ?a ~ N
    ho|abbiamo|avevo|aveva|hanno ?già chiesto|usato|passato ?a ~ N
    quanto|com'è|cosa costa|vale|è|fa ~ N
    io|noi|loro|chi|clienti|utenti ~ <hand> ~ N
    come|dove ?si usa|usare|uso|utilizza|utilizzare|chiedere ?a ~ N
    M e|ed|o ~ N
    N e|ed|o ~ M
    zio|collega|amico|fratello|signor|zia|caro|capo|vicino ~ N
    un|uno N
    email|mail|messaggio|lettera|invito|biglietto … <to>|per ~ N
  `,
  corrects: `
    no|aspetta|scusa|anzi ?, … N
    ,|.|—|( no|aspetta|scusa|anzi … N
  `,
};

export const portuguese: OverrideWords = {
  sets: {
    hand: "usa|use|usem|utiliza|utilize|consulta|consulte|faz|faça|deixa|deixe|encarrega|manda|prefiro|chama|escolhe|experimenta|deixar|usar|tenta",
    give: "pergunta|pergunte|perguntar|pede|peça|pedir|diz|diga|passa|passe|passar|envia|envie|enviar|manda|mande|mandar|entrega|entregue|delega|encaminha|encaminhe|dá|dê|dar|deixa|confia",
    to: "a|ao|à|para|pro|pra",
    wish: "gostaria|queria|prefiro|quero|preferia|espero|seria|deixa|deixe|bom",
  },
  fillers: "o a por favor isto isso antes só então agora aqui também melhor me meu",
  reach: 7,
  order: `
    <hand> ~ N
    <give> ?… <to> ~ N
    <wish> que ~ N
    seria bom|ótimo ?se|que ~ N
    podes|pode|poderia|podias|podia|poderias ~ <hand>|<give> ?<to> ~ N
    podes|pode|poderia|podias|podia … <to>|com ~ N
    dá para|pra ~ N
    START|.|,|:|— ~ que ~ N
    N deve|deveria|tem
    possível com ~ N
    coloca|põe|bota|coloque ~ N
    mas|sim ~ N
    mas <to>|com|pelo ~ N
    antes ~ N do
    START|. ~ N ,|:
    ( N )
    através do|de ~ N
    com ~ N END|,
    favor N
  `,
  weak: `
    com|via|pelo|pela ~ N
  `,
  refused: `
    não|nunca|jamais|sem|evita|evite|menos|exceto|tirando|salvo ~ N
    não|nunca <to>|com|pelo|é ~ N
    não é para|pra|com ~ N
    não|nunca|jamais … <to>|com|pelo ~ N
    não|nunca|jamais ~ <give> ?… <to> ~ N
    não|nunca|jamais ~ usa|use|uses|utilize|utilizes|deixe|deixes|quero|chame ~ N
    nada de|do ~ N
    vez|lugar de|do ~ N
    vez … N
    lugar do|de ~ N
    antes|melhor|prefiro … que|do ~ N
    do que ?<to>|com ~ N
    N não ,|.|END
  `,
  told: `
    sobre|entre|como|segundo|contra|chamado ~ N
    respeito|acordo|conforme do|de|com ~ N
    compara|compare|diferença|artigo|ontem|quanto|texto|perguntei|pedi … N
    N disse|me|diz|falou|é|foi|era|respondeu|sugeriu|custa|afirma|tem|escreveu|vale|funciona
    perguntei|pedi|usei|pedido|perguntado|mandei ?ao|a|para ~ N
    quanto|vale|como custa|pena|é ~ N
    como|onde ?se usa|usar|uso|utilizar|utiliza|pedir ?ao ~ N
    eu|nós|eles|quem|clientes ~ <hand> ~ N
    M e|ou ~ N
    N e|ou ~ M
    tio|colega|amigo|irmão|senhor|tia|querido|chefe|vizinho ~ N
    um|uma N
    email|mensagem|carta|convite|mail … <to> ~ N
  `,
  corrects: `
    não|espera|desculpa|aliás|espere ?, … N
    ,|.|—|( não|espera|desculpa|aliás … N
  `,
};
