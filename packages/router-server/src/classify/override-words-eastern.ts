import type { OverrideWords } from "./override-words.ts";

export const polish: OverrideWords = {
  sets: {
    hand: "zapytaj|spytaj|poproś|popros|każ|niech|użyj|uzyj|daj|przekaż|przekaz|zleć|zlec|oddaj|wyślij|wezwij|skonsultuj|weź|wykorzystaj|powierz|pozwól|zostaw",
    ask: "zapytać|poprosić|spytać|użyć|przekazać|zlecić|dać|oddać|wysłać",
    you: "możesz|mógłbyś|mogłabyś|mógłby|moglibyśmy|mogłabym",
    wish: "chciałbym|chciałabym|wolałbym|wolałabym|wolę|chcę|fajnie|dobrze|prosiłbym",
  },
  fillers: "to tego tę ten proszę lepiej może teraz tutaj też po prostu go ją je raczej do",
  reach: 7,
  order: `
    <hand> ~ N
    <hand> to|go|ją|je|tego ?do ~ N
    skorzystaj z|ze ~ N
    niech … N
    niech to ~ zrobi|napisze|sprawdzi|naprawi|przetłumaczy ~ N
    wyślij|prześlij|przekaż … do ~ N
    <you> … <ask> ~ N
    <wish> ?, żeby|aby|by|gdyby ~ N
    może ~ N
    za pomocą|pośrednictwem ~ N
    przy pomocy ~ N
    N ma|powinien|musi
    raczej|lepiej N niż
    tylko|lecz|ale ~ N
    START|. ~ N ,|:
    ( N )
  `,
  weak: `
    przez|z|ze ~ N
  `,
  refused: `
    nie|bez|oprócz|poza|unikaj|zamiast|nigdy ~ N
    tylko|byle nie ~ N
    nie|nigdy … N
    nie pytaj|używaj|proś|dawaj|przekazuj|wysyłaj|zlecaj|korzystaj ~ ?z N
    nie dla|do|przez|z ~ N
    raczej|lepiej M niż ~ N
    raczej|lepiej … niż ~ N
    N nie
  `,
  told: `
    o|na|między|jak|według|zdaniem|niż|zwany ~ N
    temat|taki|takie jak|* ~ N
    na temat ~ N
    porównaj|różnica|wczoraj|ile|czym|dlaczego|artykuł|wpis … N
    N powiedział|mówił|odpisał|zaproponował|mówi|twierdzi|jest|był|kosztuje|napisał|radził|ma rację|działa
    pytałem|pytałam|zapytałem|zapytałam|prosiłem|prosiłam|użyłem|używałam|użyłam|używałem|pytałem ?już ~ N
    pytałem|pytałam|zapytałem|prosiłem|użyłem|używałam ~ już ~ N
    kosztuje ~ N
    M i|a|czy|lub ~ N
    N i|a|czy|lub ~ M
    wujek|kolega|pan|brat|wujka|kolegi|pana ~ N
  `,
  corrects: `
    nie|czekaj|przepraszam|jednak ?, … N
    ,|.|—|( czekaj|przepraszam|jednak … N
  `,
};

export const russian: OverrideWords = {
  sets: {
    hand: "спроси|спросите|попроси|попросите|скажи|пусть|дай|отдай|передай|передайте|отправь|перешли|поручи|поручите|используй|используйте|возьми|пускай|вызови|подключи|доверь|задействуй|задай",
    ask: "спросить|попросить|поручить|отдать|передать|использовать|отправить|подключить",
    wish: "хочу|хотел|хотела|хотелось|здорово|лучше|хорошо|желательно|бы",
  },
  fillers: "это эту этот пожалуйста лучше у к бы давай тогда сейчас всё просто его её их тут здесь для",
  reach: 7,
  order: `
    <hand> ~ N
    <hand> вопрос|задачу|задание ~ N
    можешь|можно|можете|мог|могла|могли ?… <ask> ~ N
    <wish> ?бы ?, чтобы|чтоб|если ~ N
    давай ~ N
    пусть|пускай … N
    помощью ~ N
    N должен|должна|пусть
    лучше N чем
    а|но ~ N
    а пусть|через|с ~ N
    START|. ~ N ,|:
    ( N )
  `,
  weak: `
    через|с ~ N
  `,
  refused: `
    не|нет|без|кроме|вместо|никогда|обойдись ~ N
    только|лишь не ~ N
    не у|через|с|к|для ~ N
    не|никогда … N
    не спрашивай|проси|используй|давай|отдавай|передавай|отправляй|поручай|бери|надо ~ N
    не спрашивай|проси|используй|давай|отдавай|передавай ~ у|через|с ~ N
    коем случае … N
    лучше M , чем ~ N
    лучше … M … чем ~ N
    чем ~ N
    N не
  `,
  told: `
    о|об|про|между|как|вроде|обо ~ N
    словам|мнению ~ N
    сравни|разница|вчера|сколько|почему|статью|статья|пост|уже … N
    N сказал|сказала|говорил|говорит|ответил|предложил|посоветовал|утверждает|стоит|это|был|написал|вчера|умеет|работает
    спрашивал|спросил|просил|использовал|спрашивала|спросила|просила|использовала|отдал|отправил ~ N
    стоит ~ N
    M и|или ~ N
    N и|или ~ M
    дядя|коллега|друг|брат|господин|дяде|коллеге|дядю ~ N
    N моне|дебюсси|шеннон
  `,
  corrects: `
    нет|стой|подожди|извини|точнее|вернее ?, … N
    ,|.|—|( нет|стой|подожди|извини|точнее|вернее … N
  `,
};

export const turkish: OverrideWords = {
  sets: {
    to: "e|a|ye|ya|na|ne",
    of: "i|u|yi|yı|ı|ü|yu|nu|ni",
    give: "sor|söyle|ver|gönder|ilet|bırak|yaptır|devret|danış|havale|yolla|sorar|sorsana|sorun|sorabilir|yaptırabilir|verir|gösterir|göster|gönderir|söyler|gönderebilir|verebilir|iletir|yaptırır|okut|yazdır|baktır|çevirt|düzelttir|sorsak|soralım|verelim|*tır|*tir|*tur|*tür|*dır",
    not: "sorma|kullanma|verme|gönderme|söyleme|iletme|bırakma|yaptırma|sormayın|kullanmayın|vermeyin|göndermeyin|*masın|*mesin|*mayın|*meyin|bulaştırma|karıştırma|istemiyorum",
    past: "sordum|sormuştum|sorduk|kullandım|verdim|yaptırdım|gönderdim|yazdım|kullandık|verdik|sormuştuk",
  },
  fillers: "lütfen bir de da bunu şunu onu bence",
  reach: 7,
  order: `
    N'<to> <give>
    N'<to> … <give>
    N'<of> kullan|kullanarak|çağır|kullanır|kullanalım|seç|dene|kullanabilir
    N'<of> … kullan|çağır|kullanır
    N'<of> tercih
    N kullan|kullanalım
    N üzerinden|aracılığıyla|yapsa|yapsın|halletsin
    N … *sın|*sin|*sun|*sün
    N *sın|*sin|*sun|*sün
    N'in|ın|un|nin|nın … istiyorum|isterim|istiyoruz|isterdim
    N'in|ın|un|nin|nın *ını|*ini|*unu|*ünü|*sını|*sini istiyorum|isterim
    N yapsa|yazsa|baksa
    START N ,|:
    değil ~ N
  `,
  weak: `
    N ile
    N'le|la|yle|yla
  `,
  refused: `
    N'<to>|<of> <not>
    N'<to>|<of> … <not>
    N <not>
    N … <not>
    N değil|olmadan|hariç|dışında|yerine
    N'siz|sız|suz|süz|dense|den ?değil
    sakın|asla … N
    sakın|asla ~ N
    N'<to>|<of> değil
  `,
  told: `
    N'<to>|<of> <past>
    N'<to>|<of> … <past>
    N'<to> göre
    N dedi|demişti|söyledi|yazdı|önerdi|yaptı|diyor|iddia|nedir|gibi|hakkında|kaç|aylık
    N … dedi|demişti|söyledi|yazdı|önerdi|yaptı
    N … hakkında|karşılaştır|fark|nedir
    N ile|ve|veya M
    M ile|ve|veya N
    N'<of>|le|la … karşılaştır
    N kaç|ne ?para|kadar
  `,
  corrects: `
    hayır|dur|yok|pardon ?, … N
    ,|.|— hayır|dur|yok|pardon … N
  `,
};
