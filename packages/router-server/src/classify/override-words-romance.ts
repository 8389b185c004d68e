import type { OverrideWords } from "./override-words.ts";

export const french: OverrideWords = {
  sets: {
    to: "à|a",
    hand: "laisse|laissez|utilise|utilisez|prends|prenez|consulte|appelle|choisis|essaie|sollicite|utiliser|laisser|emploie|mets",
    give: "demande|demandez|demander|passe|passez|passer|envoie|envoyez|envoyer|confie|confiez|confier|transmets|transmettez|donne|donnez|donner|refile|délègue|laisse|fais|faites|adresse|pose|file|soumets|transfère",
    who: "je|j'|on|nous|il|elle|ils|elles|tu|vous|qui|les gens|clients",
    wish: "aimerais|j'aimerais|voudrais|préfère|préférerais|souhaite|veux|préfèrerais|faut|faudrait|aimerions|voudrions|bien|mieux",
  },
  fillers: "s'il te plaît plait stp svp plutôt donc juste simplement le la ça cela ceci ici alors aussi bien moi lui toi plutot",
  reach: 7,
  order: `
    <hand> ~ N
    demande|demandez|demander <to> ~ N
    demande|demander conseil|l'avis|son avis <to>|de ~ N
    <give> ?… <to> ~ N
    fais|faites|faire ?… par ~ N
    passe|passez|passer|passons ?… par ~ N
    charge|chargez ~ N
    <wish> que ~ N
    serait ?… que|si ~ N
    peux-tu|peux|peut|pourrais|pourrait|pouvez|pourriez tu|vous|on ~ laisser|utiliser|prendre|charger ~ N
    peux|pourrais|pouvez|pourriez tu|vous … avec|par ~ N
    tu|vous peux|pourrais|pouvez|pourriez ~ laisser|utiliser ~ N
    tu|vous peux|pourrais|pouvez|pourriez … demander|passer|donner|confier <to> ~ N
    START|.|,|:|— ~ que N
    N doit|devrait|va|peut s'en|le|la|faire|occuper|décrire|regarder|doit
    N doit|devrait
    plutôt N que
    mais|plutôt|plutot ~ N
    mais avec|à|a|par ~ N
    START|. ~ N ,|:
    ( N )
    avec N END|stp|svp|,
    c'est ~ N qui
  `,
  weak: `
    avec|via|par ~ N
  `,
  refused: `
    pas|sans|évite|évitez|sauf|excepté|jamais|hormis ~ N
    pas|jamais|plus <to>|avec|par|pour|de|via|que ~ N
    pas|jamais ~ <hand>|demander|passer|envoyer|donner|confier ?<to>|par ~ N
    pas|jamais … <to>|par|avec|via ~ N
    question de|d'|d'utiliser ?passer ?par|utiliser|demander ?à ~ N
    question … N
    lieu|place de|d' ~ N
    lieu|place d'|de|d'utiliser ~ ?demander|passer|utiliser ?à|par N
    lieu … N
    plutôt qu'à|que|qu'|qu'avec ~ N
    plutôt qu'|que à|avec|par|a ~ N
    plutôt M que ~ N
    n'utilise|n'utilisez|n'appelle ~ ?pas ~ N
    laisse|laissez ~ N ~ tranquille|dehors|côté
    tout sauf ~ N
  `,
  told: `
    sur|entre|comme|selon|d'après|face|contre|nommé|appelé|propos|chez|qu' ~ N
    propos|face|rapport de|d'|à ~ N
    compare|comparer|différence|article|texte|billet|hier|comparaison|comment|combien|pourquoi|déjà|ai|avait|avais … N
    que|combien vaut|coûte|coute|fait|pense|dit ~ N
    quoi|comment|combien|pourquoi … N
    N a|m'a|t'a|nous|disait|dit|est|était|coûte|vaut|prétend|répond|propose|avait|pense|n'a|fonctionne|sait
    j'ai|ai|a|avais|avait|j'avais|avons|ont ~ déjà demandé|utilisé|passé|confié|envoyé|laissé … N
    demandé|utilisé|confié|envoyé|donné|passé|laissé ?à|par ~ N
    j'utilise|j'ai|j'avais|j'appelle … N
    <who> ~ <hand> ~ N
    <who> ~ <give> ?… <to> ~ N
    comment|quand|où ~ utiliser|demander|passer|appeler|laisser ?<to>|par ~ N
    M et|ou ~ N
    N et|ou ~ M
    oncle|collègue|ami|frère|monsieur|m|tante|cher|jean|voisin|patron|madame|cousin ~ N
    N monet|debussy|françois|chabrol|nougaro
    un|une N
    mail|message|lettre|carte|invitation|courriel|cadeau … <to>|pour ~ N
    merci|cordialement|bises ,|. N
    de N END
  `,
  corrects: `
    non|attends|pardon|enfin|finalement ?, … N
    ,|.|—|( non|attends|pardon|enfin|finalement … N
  `,
};

export const spanish: OverrideWords = {
  sets: {
    hand: "usa|usad|use|utiliza|utilice|utilicen|emplea|consulta|deja|elige|prueba|llama|prefiero|quiero",
    give: "pregúntale|preguntale|pídele|pidele|dile|pide|pregunta|pregunte|pedirle|preguntarle|decirle|pása*|pasa|mánda*|manda|envía*|envia*|encárga*|encarga|dá*|da|dale|dáselo|déja*|deja|entrega*|pedir|preguntar|pídaselo|pídale|pregúntele|delega*|recurre|pasárselo|mandárselo",
    wish: "quiero|gustaría|gustaria|quisiera|preferiría|preferiria|estaría|prefiero|espero|deja|dejar|haz|hacer|bien|necesito|querría|deje|permite",
    who: "yo|él|ella|ellos|nosotros|se|quien|gente|usuarios|clientes|que",
  },
  fillers: "por favor porfa mejor solo el la lo le esto eso ahora aquí aqui entonces también tambien mi directamente",
  reach: 7,
  order: `
    <hand> ~ N
    <give> ?… a|al ~ N
    <wish> que ~ N
    <wish> … que ~ N
    puedes|podrías|podrias|puede|podría|pueden|podemos ~ usar|utilizar|consultar|dejar ~ N
    puedes|podrías|podrias|puede|podría ?dejar que ~ N
    puedes|podrías|podrias|puede|podría … con|a ~ N
    START|.|,|:|— ~ que ~ N
    START|.|,|:|— ~ que lo|la|los|las|me|nos|se … N
    posible|ser con|a ~ N
    N debe|debería|tiene
    mejor ~ N
    sino|mejor a|con|por ~ N
    sino ~ N
    START|. ~ N ,|:
    ( N )
    a través de ~ N
    con N END|,
    por|favor N
    que sea ~ N
  `,
  weak: `
    con|vía|via|mediante ~ N
    través de ~ N
  `,
  refused: `
    no|sin|evita|menos|salvo|excepto|jamás|nunca ~ N
    no|nunca|jamás a|con|por|para|al ~ N
    no|nunca|jamás … a|con|al ~ N
    no|nunca|jamás ~ <give> ?… a|al ~ N
    no|nunca|jamás … <hand>|uses|utilices|consultes|dejes|llames ~ N
    no|nunca|jamás uses|utilices|consultes|dejes|llames|quiero ~ N
    no … que ~ N
    ocurra … N
    ocurra ~ usar|preguntar|pedir|preguntarle|pedirle ~ a ~ N
    nada de|con ~ N
    vez|lugar de ~ N
    vez|lugar de … a|con ~ N
    vez|lugar de a|con|usar|preguntar|preguntarle ~ ?a N
    cualquiera|todos|todo menos|salvo|excepto ~ N
    mejor M que ~ N
    mejor … M … que ~ N
    mejor|antes … que ?a|con ~ N
    N no ,|.|END
  `,
  told: `
    sobre|entre|como|según|segun|contra|llamado|llamada ~ N
    acerca|frente|respecto de|a ~ N
    compara|comparar|diferencia|artículo|articulo|ayer|cómo|cuánto|cuanto|qué|hace|comparación … N
    N dijo|dice|me|ha|es|fue|era|decía|respondió|propuso|afirma|cuesta|vale|escribió|tiene|sugirió|funciona
    pregunté|pedí|usé|usado|pregunte|dije|mandé|preguntado|pedido ?a ~ N
    he|hemos|había|habia usado|preguntado|pedido ?a ~ N
    yo|nosotros|ellos|quien|gente|usuarios|clientes ~ <hand> ~ N
    cuesta|vale|tal|es|son cuesta|es|a ~ N
    qué|cuánto|cuanto|cómo … N
    cómo|como|dónde ~ uso|usar|usa|utilizo|utilizar|se usa|utiliza ~ N
    cómo|como se usa|utiliza ~ N
    cómo|como usa|usar|utilizar|uso ?a ~ N
    M y|e|o ~ N
    N y|e|o ~ M
    tío|colega|amigo|hermano|señor|jefe|tía|querido|vecino ~ N
    un|una N
    correo|mensaje|carta|email|invitación|nota … a|para ~ N
    de ~ N END
  `,
  corrects: `
    no|espera|perdón|perdona ?, … N
    ,|.|—|( no|espera|perdón|perdona|mejor … N
  `,
};
