/** The people of the demo: many languages and scripts, two of which run from right to left. */
import type { DemoPerson } from "./plan.ts";

/** All of them have this password. */
export const password = "parley-demo";

type Row = readonly [
  username: string,
  displayName: string,
  locale: string,
  colour: string,
  description: string,
];

const rows: readonly Row[] = [
  ["anna", "Anna Brandt", "de-DE", "#c2410c", "Wohnt im zweiten Stock und hat den Schlüssel zum Keller."],
  ["tom", "Tom Fletcher", "en-GB", "#1d4ed8", "Third floor. Bakes more bread than two people can eat."],
  ["claire", "Claire Dubois", "fr-FR", "#be185d", "Professeure de musique, rez-de-chaussée à gauche."],
  ["diego", "Diego Ramírez", "es-ES", "#b45309", "Cocinero. Si huele a ajo en la escalera, soy yo."],
  ["eleni", "Ελένη Παπαδοπούλου", "el-GR", "#0e7490", "Αρχιτέκτονας, αγαπώ τα μπαλκόνια με πολλά φυτά."],
  ["omar", "عمر حداد", "ar", "#15803d", "مهندس برمجيات، أحب القهوة والمشي في المساء."],
  ["noa", "נועה לוי", "he-IL", "#7e22ce", "רופאת ילדים, גרה בקומה הרביעית עם שני חתולים."],
  ["priya", "प्रिया शर्मा", "hi-IN", "#a21caf", "पौधों और पुरानी किताबों की शौकीन।"],
  ["yuki", "佐藤 ゆき", "ja-JP", "#e11d48", "イラストレーターです。自転車の修理もできます。"],
  ["wei", "王伟", "zh-CN", "#b91c1c", "喜欢摄影和爬山，住在五楼。"],
  ["somchai", "สมชาย ใจดี", "th-TH", "#4d7c0f", "ชอบทำอาหารและเล่นกีตาร์"],
  ["ольга", "Ольга Иванова", "ru-RU", "#0369a1", "Библиотекарь. Знаю, где лежит ключ от чердака."],
  ["emre", "Emre Yılmaz", "tr-TR", "#047857", "İstanbullu; bisikletçi, çay bağımlısı."],
  ["kofi", "Kofi 🥁", "en-GH", "#a16207", "Drummer, never before ten in the morning. Promise."],
];

const all = new Map<string, DemoPerson>(
  rows.map(([username, display_name, locale, colour, description]) => [
    username,
    { username, display_name, locale, colour, description },
  ]),
);

export const everybody: readonly DemoPerson[] = [...all.values()];

export function peopleNamed(...usernames: readonly string[]): DemoPerson[] {
  return usernames.map((username) => {
    const person = all.get(username);
    if (!person) throw new Error(`nobody is called ${username}`);
    return person;
  });
}
