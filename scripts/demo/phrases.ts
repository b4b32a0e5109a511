/** Templates of the long chat, and what is put into them. */

type Template = readonly (readonly [by: string, text: string])[];

export const exchanges: readonly Template[] = [
  [
    ["anna", "Zu verschenken: {Ding}. Abholen ab {time} im zweiten Stock."],
    ["claire", "Oh ja, das nehme ich! Ich komme um {time}."],
    ["anna", "Gern, bis gleich 😊"],
  ],
  [
    ["tom", "Has anyone seen {thing}? I left it in the hall."],
    ["kofi", "It was on the stairs at {time}, I put it on your doormat."],
    ["tom", "You're a star, thank you!"],
  ],
  [
    ["claire", "Quelqu’un pourrait me prêter {objet} ce soir ?"],
    ["diego", "Oui, passe à {time}."],
    ["claire", "Merci, tu me sauves la vie 🙏"],
  ],
  [
    ["diego", "Hoy cocino {plato}. Quedan {n} raciones, ¿quién quiere?"],
    ["emre", "¡Yo, yo! Subo a las {time}."],
    ["diego", "Trae un plato hondo."],
  ],
  [
    ["eleni", "Ήρθε ένα δέμα για το διαμέρισμα {n}, το έχω εγώ."],
    ["ольга", "Это моё, спасибо! Зайду в {time}."],
    ["eleni", "Σε περιμένω."],
  ],
  [
    ["omar", "هل يسمع أحدكم هذا الصوت في {مكان}؟"],
    ["noa", "نعم، إنها المضخة. تتوقف عادةً عند {time}."],
    ["omar", "حسناً، شكراً لك."],
  ],
  [
    ["noa", "מישהו נוסע לעיר בשעה {time}? אני צריכה {דבר}."],
    ["omar", "אני נוסע, אביא לך."],
    ["noa", "תודה! אני חייבת לך קפה ☕"],
  ],
  [
    ["priya", "क्या किसी के पास {चीज़} है? {time} तक लौटा दूँगी।"],
    ["somchai", "मेरे पास है, ले जाओ।"],
    ["priya", "बहुत धन्यवाद! 🙏"],
  ],
  [
    ["yuki", "{time}に{場所}で集まりませんか？"],
    ["wei", "いいですね、行きます。"],
    ["yuki", "楽しみにしています 😊"],
  ],
  [
    ["wei", "今天{time}有人想一起去{地方}吗？"],
    ["somchai", "我去！在门口等你。"],
    ["wei", "好的，一会儿见。"],
  ],
  [
    ["somchai", "วันนี้ทำ{อาหาร} เหลือ {n} จาน ใครอยากกินบ้าง"],
    ["kofi", "Me! Coming up at {time} 🍜"],
    ["somchai", "มาเลยครับ"],
  ],
  [
    ["ольга", "Кто может одолжить {вещь} до {time}?"],
    ["anna", "Ich habe so etwas im Keller, Olga. Hol es dir!"],
    ["ольга", "Спасибо большое!"],
  ],
  [
    ["emre", "Saat {time} gibi {yer} yürüyüşe çıkıyorum, gelen var mı?"],
    ["eleni", "Geliyorum, aşağıda buluşalım."],
    ["emre", "Tamam, görüşürüz 👋"],
  ],
  [
    ["kofi", "Rehearsal until {time} today, please knock if it's too loud 🥁"],
    ["tom", "Louder, if anything. I'm kneading dough to it."],
    ["kofi", "😂"],
  ],
  [
    ["anna", "Der Aufzug hängt wieder im {n}. Stock. Ich habe um {time} angerufen."],
    ["noa", "תודה אנה, אעלה ברגל."],
    ["anna", "Laut Techniker dauert es bis heute Abend.\nBitte so lange die Treppe nehmen."],
  ],
  [
    ["tom", "New bread: {bread}. Out of the oven at {time}."],
    ["yuki", "パンの匂いが五階まで届いています！"],
    ["tom", "Then come down, there are {n} loaves."],
    ["yuki", "今行きます 🍞"],
  ],
  [
    ["claire", "Le cours de {cours} commence à {time} dans la cour."],
    ["priya", "Je viens avec {n} amis, c’est possible ?"],
    ["claire", "Bien sûr !"],
  ],
  [
    ["omar", "The Wi-Fi in the yard dropped at {time}. Log says:\n\nap0: deauthenticated ({n} retries)"],
    ["tom", "Did you try turning it off and on again?"],
    ["omar", "That's what the cat did 🐈"],
  ],
];

export const phrases: Readonly<Record<string, readonly string[]>> = {
  time: ["8:30", "10:15", "12:00", "13:45", "15:20", "16:30", "17:05", "18:00", "19:30", "20:15", "21:40"],
  n: ["2", "3", "4", "5", "6", "7", "8"],
  Ding: [
    "ein Schreibtisch aus Kiefer",
    "zwei Kisten Bücher",
    "ein Kinderfahrrad, rot",
    "eine Stehlampe",
    "ein fast neuer Wasserkocher",
  ],
  thing: ["my umbrella", "a blue scarf", "the big ladder", "my bike pump", "a box of vinyl records"],
  objet: ["une perceuse", "un moule à gâteau", "une échelle", "un parapluie", "deux chaises pliantes"],
  plato: ["lentejas con chorizo", "gazpacho", "croquetas", "arroz con leche", "pisto manchego"],
  مكان: ["القبو", "الدرج", "الطابق الثالث", "الحديقة"],
  דבר: ["חלב ולחם", "תרופה לחתול", "בולים", "סוללות"],
  चीज़: ["हथौड़ी", "प्रेशर कुकर", "सीढ़ी", "छाता"],
  場所: ["中庭", "屋上", "地下の作業場", "近くの公園"],
  地方: ["植物园", "旧书市场", "湖边散步", "新开的面馆"],
  อาหาร: ["ผัดไทย", "แกงเขียวหวาน", "ข้าวเหนียวมะม่วง", "ส้มตำ"],
  вещь: ["дрель", "стремянку", "большую кастрюлю", "утюг"],
  yer: ["nehir kıyısında", "parkta", "eski şehirde", "ormanda"],
  bread: ["rye with caraway", "walnut sourdough", "olive focaccia", "plain old white"],
  cours: ["solfège", "guitare", "chant", "percussions"],
};
