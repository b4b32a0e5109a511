/** The third application of the demo: friends who plan a journey by train from Lisbon to Istanbul. */
import { peopleNamed } from "./people.ts";
import type { DemoApplication, Line } from "./plan.ts";

const route: Line[] = [
  ["emre", "Lisbon → Madrid → Marseille → Milano → Wien → București → İstanbul. 16 days. Who is in?"],
  ["noa", "אני בפנים! 🚆"],
  ["kofi", "In, if one night train has a bar."],
  ["ольга", "Я тоже. Билет на поезд Вена — Бухарест лучше купить заранее."],
  ["somchai", "ผมไปด้วยครับ ขอแวะกินพาสต้าที่มิลาน"],
  ["emre", "Day by day:\n1  Lisboa\n3  Madrid\n5  Marseille\n7  Milano\n9  Wien\n12 București\n15 İstanbul"],
  ["eleni", "Από Θεσσαλονίκη δεν περνάμε; Κρίμα!", { edited: "Από Θεσσαλονίκη γιατί δεν περνάμε; 😢" }],
  ["emre", "Eleni, dönüşte! The way back is open."],
  ["ольга", "Ночной поезд: https://www.cfrcalatori.ro/en/"],
  ["noa", "הזמנתי מקומות לליל רכבת, שתי קבינות של שלוש מיטות."],
  ["kofi", "Top bunk!"],
];

const beds: Line[] = [
  ["claire", "À Marseille, ma cousine nous prête son appartement. Cinq matelas, une douche 😅"],
  ["diego", "En Madrid, en casa de mis padres. Mi madre ya está cocinando."],
  ["somchai", "ที่เวียนนาผมจองโฮสเทลไว้แล้ว หกเตียง"],
  ["noa", "מצוין! אז נשארה רק בוקרשט."],
  ["ольга", "В Бухаресте есть хорошая гостиница у вокзала, сорок евро за комнату."],
  ["emre", "İstanbul'da evim var, herkese yer var. Kedi de var 🐈"],
];

const money: Line[] = [
  [
    "noa",
    "What I have paid so far:\n\n| what            |   EUR |\n| night train     | 294.00 |\n| seats to Madrid |  81.50 |",
  ],
  ["kofi", "Sent you my part, 62.58."],
  ["diego", "Yo también, pon que pagué el alquiler del coche: 120 €."],
  ["noa", "רשמתי. סך הכול 495.50, חלקי שש."],
  ["noa", "= 82.85 for each", { edited: "= 82.58 for each (I cannot divide before coffee)" }],
];

const surprise: Line[] = [
  ["eleni", "Ο Εμρέ έχει γενέθλια στη Βιέννη! Τούρτα;"],
  ["claire", "Oui ! Une Sachertorte, évidemment."],
  ["kofi", "I'll bring the small drum. 🥁🎂"],
  ["somchai", "ผมจะร้องเพลงวันเกิดเป็นภาษาไทย"],
  ["eleni", "Μην του πείτε τίποτα!! 🤫"],
];

export const travel: DemoApplication = {
  name: "By train to İstanbul",
  guestAccess: true,
  people: peopleNamed("emre", "noa", "kofi", "ольга", "somchai", "eleni", "claire", "diego"),
  common: [
    ["emre", "Passports, everybody! Three borders on this one."],
    ["diego", "El mío caduca en mayo, menos mal que lo he mirado."],
    ["noa", "תזכורת: ביטוח נסיעות עד יום ראשון."],
  ],
  chats: [
    {
      name: "Route 🚆",
      members: ["emre", "noa", "kofi", "ольга", "somchai", "eleni", "diego", "claire"],
      lines: route,
    },
    { name: "Beds", members: ["claire", "diego", "somchai", "noa", "ольга", "emre"], lines: beds },
    {
      name: "Money",
      isPrivate: true,
      members: ["noa", "kofi", "diego", "emre", "claire", "eleni"],
      lines: money,
    },
    {
      name: "🤫 Wien, day 10",
      isPrivate: true,
      members: ["eleni", "claire", "kofi", "somchai", "noa"],
      lines: surprise,
    },
  ],
  conversations: [
    {
      between: ["kofi", "somchai"],
      lines: [
        ["kofi", "Do you bring the guitar?"],
        ["somchai", "แน่นอนครับ 🎸"],
        ["kofi", "Then we pay for the trip in the dining car."],
      ],
    },
    {
      between: ["emre", "eleni"],
      lines: [
        ["eleni", "Τι δώρο να σου πάρω από τη Βιέννη;"],
        ["emre", "Hiçbir şey, gelmen yeter 😊"],
      ],
    },
  ],
};
