/** A chat in each language of the house, as its people would write. */
import type { DemoChat } from "./plan.ts";

export const chatsByLanguage: readonly DemoChat[] = [
  {
    name: "Garten & Balkone 🌱",
    members: ["anna", "eleni", "priya", "tom"],
    lines: [
      ["anna", "Die Tomaten sind schon einen Meter hoch! Wer gießt, während ich im Urlaub bin?"],
      ["priya", "Ich kann gießen, Anna. Morgens oder abends?"],
      ["anna", "Am liebsten abends, eine Gießkanne pro Kübel. Der Schlüssel hängt beim Hausmeister."],
      ["eleni", "Und die Geranien am Straßenfenster nicht vergessen 😉"],
      ["anna", "Stimmt, die auch. Zum Dank gibt es Marmelade."],
    ],
  },
  {
    name: "Trouvailles et dons",
    members: ["claire", "tom", "diego", "anna"],
    lines: [
      ["claire", "Je donne une étagère en chêne, presque neuve. À venir chercher au rez-de-chaussée."],
      ["diego", "Elle m’intéresse ! Quelles sont les dimensions ?"],
      ["claire", "Un mètre vingt de large, deux mètres de haut. Il faudra être deux pour la porter."],
      ["diego", "Demain soir, ça irait ?"],
      ["claire", "Parfait, après dix-neuf heures. Je ferai du café ☕"],
    ],
  },
  {
    name: "Vecinos hispanohablantes",
    members: ["diego", "claire", "emre"],
    lines: [
      ["diego", "¿Alguien se apunta a ver el partido el domingo? Pongo la tortilla."],
      ["claire", "¡Yo! ¿A qué hora empieza?"],
      ["diego", "A las nueve, pero venid antes, que la tortilla no espera."],
      ["emre", "Llevo aceitunas y buen humor 😄"],
      ["diego", "Mañana compro los huevos y las patatas. ¿Con cebolla o sin cebolla?"],
      ["claire", "Con cebolla, por supuesto."],
    ],
  },
  {
    name: "Γείτονες",
    members: ["eleni", "anna", "emre"],
    lines: [
      ["eleni", "Καλημέρα! Ο βασιλικός μου έγινε δέντρο, πάρτε όσο θέλετε από το μπαλκόνι."],
      ["emre", "Ευχαριστώ πολύ! Για τη σάλτσα είναι ό,τι πρέπει."],
      ["eleni", "Το Σάββατο φτιάχνω σπανακόπιτα. Ποιος θέλει;"],
      ["anna", "Εγώ! Δύο κομμάτια, παρακαλώ 😋"],
    ],
  },
  {
    name: "الجيران",
    members: ["omar", "noa", "claire"],
    lines: [
      ["omar", "صباح الخير يا جيران، المصعد معطل منذ البارحة."],
      ["noa", "اتصلت بالشركة، سيأتي الفني غداً في العاشرة."],
      ["omar", "ممتاز، شكراً لك. سأحمل أكياس السيدة مولر إلى الطابق الخامس."],
      ["noa", "أنت جار رائع 🌟"],
      ["omar", "القهوة جاهزة عندي لمن يصعد الدرج ☕"],
    ],
  },
  {
    name: "שכנים",
    members: ["noa", "omar"],
    lines: [
      ["noa", "החתול שלי נעלם מאז הבוקר, מישהו ראה אותו?"],
      ["omar", "אפור עם כתם לבן? הוא ישן על המרפסת שלי 😸"],
      ["noa", "כן! תודה רבה, אני עולה לקחת אותו."],
      ["omar", "אין בעיה, הוא כבר אכל ארוחת צהריים."],
    ],
  },
  {
    name: "पड़ोसी",
    members: ["priya", "tom", "wei"],
    lines: [
      ["priya", "नमस्ते! दिवाली पर सबके लिए मिठाई बना रही हूँ। 🪔"],
      ["tom", "बहुत बढ़िया! मैं दीये लाऊँगा।"],
      ["priya", "शाम को सात बजे छत पर मिलते हैं।"],
      ["wei", "मैं कैमरा लेकर आऊँगा।"],
      ["priya", "किसी के पास बड़ी कड़ाही है क्या?"],
    ],
  },
  {
    name: "日本語でどうぞ",
    members: ["yuki", "wei", "priya"],
    lines: [
      ["yuki", "こんにちは。日本語の練習をしたい人は、ここに書いてください。"],
      ["wei", "先週、京都の写真を現像しました。とても懐かしいです。"],
      ["yuki", "見たいです！お茶を飲みながら見ましょう 🍵"],
      ["priya", "わたしも参加していいですか？"],
      ["yuki", "もちろんです。水曜日の夕方、うちに来てください。"],
    ],
  },
  {
    name: "中文聊天",
    members: ["wei", "yuki", "somchai"],
    lines: [
      ["wei", "星期天包饺子，谁想一起来？🥟"],
      ["somchai", "我想学！需要带什么？"],
      ["wei", "带一瓶醋就行，面粉和馅我都准备好了。"],
      ["yuki", "我可以带一些水果。"],
      ["wei", "太好了，下午三点在我家见。"],
    ],
  },
  {
    name: "เพื่อนบ้าน",
    members: ["somchai", "priya", "kofi"],
    lines: [
      ["somchai", "สวัสดีครับ วันเสาร์นี้ผมจะทำต้มยำกุ้งหม้อใหญ่"],
      ["priya", "เผ็ดไหมคะ"],
      ["somchai", "เผ็ดนิดหน่อยครับ แต่ทำแบบไม่เผ็ดให้ได้"],
      ["kofi", "ผมเอากลองไปด้วยนะ 🥁"],
      ["somchai", "ดีเลยครับ ผมจะเล่นกีตาร์"],
    ],
  },
  {
    name: "Соседи",
    members: ["ольга", "anna", "emre"],
    lines: [
      ["ольга", "Добрый вечер! В библиотеке новая выставка о путешествиях, вход свободный."],
      ["emre", "До какого числа?"],
      ["ольга", "До конца месяца, каждый день кроме понедельника."],
      ["anna", "Пойдём вместе в субботу?"],
      ["ольга", "С удовольствием! Встретимся у подъезда в одиннадцать."],
    ],
  },
  {
    name: "Komşular",
    members: ["emre", "eleni", "diego"],
    lines: [
      ["emre", "Merhaba komşular, yarın sabah balkonda kahvaltı yapıyorum. Gelen var mı?"],
      ["eleni", "Ben gelirim! Zeytin ve peynir getireyim mi?"],
      ["emre", "Çok iyi olur. Işık güzel olunca fotoğraf da çekeriz."],
      ["diego", "Yo llevo… yani, ben ekmek getiririm 😄"],
      ["emre", "Harika, saat dokuzda bekliyorum."],
    ],
  },
];
