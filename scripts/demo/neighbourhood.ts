/** The first application of the demo: a house in which fourteen people live who speak thirteen languages. */
import { composeLongChat } from "./long-chat.ts";
import { everybody } from "./people.ts";
import type { DemoApplication, DemoChat, Line } from "./plan.ts";
import { chatsByLanguage } from "./languages.ts";

const common: Line[] = [
  [
    "anna",
    "Willkommen im Chat des Hauses! Was alle angeht, steht hier; alles andere in seinem eigenen Chat.",
  ],
  ["tom", "Hello from the third floor 👋"],
  ["claire", "Bonjour à tous ! Le rez-de-chaussée vous salue 🎹"],
  ["omar", "مرحباً بالجميع!"],
  ["noa", "שלום לכולם 😊"],
  ["wei", "大家好，我是五楼的王伟。"],
  ["anna", "Am Donnerstag von 9 bis 11 Uhr ist das Wasser abgestellt.\nBitte vorher Töpfe füllen!"],
  ["priya", "धन्यवाद, आना! 🙏"],
  ["emre", "Teşekkürler, haberim oldu."],
  ["kofi", "Nine to eleven IN THE MORNING? 😱", { edited: "Nine to eleven in the morning? 😱" }],
];

const feast: DemoChat = {
  name: "Hoffest 🎉",
  members: ["anna", ["tom", "moderator"], "claire", "diego", "kofi", "eleni", "yuki", "emre"],
  lines: [
    ["anna", "Das Hoffest ist am 12. Juli, ab 15 Uhr. Wer bringt was mit?"],
    ["tom", "Bread. Obviously. Three kinds: rye, sourdough, and one with walnuts."],
    ["diego", "Yo hago una paella para veinte. ¿Alguien tiene una paellera grande?"],
    ["eleni", "Έχω μία στο υπόγειο, 60 εκατοστά!"],
    ["diego", "¡Perfecta! Gracias, Eleni 🙌"],
    ["claire", "Je m’occupe de la musique. Kofi, tu joues ?"],
    ["kofi", "Only if the neighbours at number 14 are invited. Then they can't complain 😄"],
    ["yuki", "ポスターを描きました！明日、玄関に貼りますね 🎨"],
    ["emre", "Çay bende. Semaveri de getiriyorum ☕"],
    [
      "anna",
      "Stand der Dinge:\n- Brot: Tom\n- Paella: Diego\n- Musik: Claire, Kofi\n- Tee: Emre\n- Salat: ???",
      {
        edited:
          "Stand der Dinge:\n- Brot: Tom\n- Paella: Diego\n- Musik: Claire, Kofi\n- Tee: Emre\n- Salat: Eleni",
      },
    ],
    ["tom", "I also have a gazebo, if someone helps me find it", "deleted"],
    ["tom", "Found the gazebo. It's missing one leg, but so was I after the last party."],
    ["anna", "Wetter: https://www.dwd.de/DE/wetter/vorhersage_aktuell/vorhersage_aktuell_node.html 🌤"],
  ],
};

const committee: DemoChat = {
  name: "Hausverwaltung (intern)",
  isPrivate: true,
  members: ["anna", ["ольга", "moderator"], "tom", "noa"],
  lines: [
    ["anna", "Der Kostenvoranschlag für das Dach ist da: 48.300 € ohne Gerüst."],
    ["ольга", "Ого. А второй подрядчик уже ответил?"],
    ["anna", "Nein, ich frage morgen noch einmal nach."],
    ["noa", "אפשר לקבל עותק של ההצעה?"],
    ["anna", "Liegt im Ordner im Keller, ich fotografiere sie heute Abend."],
    ["tom", "Could we do the gutters at the same time? They're older than the roof."],
    ["anna", "Gute Idee. Ich setze es auf die Tagesordnung: Montag, 19 Uhr, bei mir."],
  ],
};

const repairs: DemoChat = {
  name: "Tools, tips & repairs 🔧",
  members: ["yuki", "tom", "emre", "wei", "omar", "anna"],
  lines: [
    ["tom", "The hall light on the third floor is a smart bulb now. To switch it off from a laptop:"],
    [
      "tom",
      "curl -X PUT http://hall.local/api/state \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"on\": false}'",
    ],
    ["omar", "You left it open to the whole network, Tom 🙈"],
    ["tom", "…", { edited: "It has a password now." }],
    ["yuki", "自転車のパンク修理、土曜の午後に中庭でやります。道具はあります。"],
    ["emre", "Benim bisikletin zinciri de ses yapıyor, bakabilir misin?"],
    ["yuki", "もちろん！油も持っていきます 🚲"],
    ["wei", "地下室的洗衣机又坏了，显示错误代码 E18。"],
    ["anna", "E18 ist das Flusensieb. Anleitung: https://example.org/waschmaschine/e18"],
    ["wei", "清洗之后好了，谢谢！👍"],
  ],
};

export function planNeighbourhood(longChat: number): DemoApplication {
  return {
    name: "Lindenstraße 12",
    guestAccess: true,
    people: everybody,
    common,
    chats: [
      feast,
      {
        name: "Hallway 🚪",
        members: everybody.map(({ username }) => username),
        lines: composeLongChat(longChat),
      },
      committee,
      repairs,
      ...chatsByLanguage,
    ],
    conversations: [
      {
        between: ["anna", "tom"],
        lines: [
          ["anna", "Hi Tom, did you take in a parcel for me?"],
          ["tom", "Two, in fact. One of them is ticking."],
          ["anna", "That's my new alarm clock 😄"],
          ["tom", "Ring me when you're home."],
        ],
      },
      {
        between: ["anna", "claire"],
        lines: [
          ["claire", "Bonjour Anna, le piano te dérange le soir ?"],
          ["anna", "Pas du tout, j’adore Satie !"],
          ["claire", "Alors demain, c’est la Gymnopédie nº 1 🎶"],
        ],
      },
      {
        between: ["omar", "noa"],
        lines: [
          ["omar", "مساء الخير يا نوعا، هل يمكنك رؤية ابنتي غداً؟ عندها سعال."],
          ["noa", "مساء النور عمر، بالطبع. תבואו בחמש?"],
          ["omar", "شكراً جزيلاً، سنكون هناك في الخامسة."],
        ],
      },
      {
        between: ["wei", "yuki"],
        lines: [
          ["wei", "周末一起去拍樱花吗？🌸"],
          ["yuki", "行きたいです！何時に出発しますか？"],
          ["wei", "六点，光线最好的时候。"],
        ],
      },
      {
        between: ["ольга", "anna"],
        lines: [
          ["ольга", "Анна, ключ от чердака у меня, если что."],
          ["anna", "Danke, Olga! Am Montag kommt der Dachdecker."],
        ],
      },
    ],
  };
}
