/** The second application of the demo: a small company's support, which guests cannot read. */
import { peopleNamed } from "./people.ts";
import type { DemoApplication, Line } from "./plan.ts";

const login: Line[] = [
  ["diego", "Hi, since this morning nobody here can log in. We get this:"],
  ["diego", '{\n  "type": "/problems/login-failed",\n  "title": "The login has failed",\n  "status": 401\n}'],
  ["anna", "Thanks for the exact reply, that helps. Which version do you run?"],
  ["diego", "2.14.0, updated last night."],
  ["omar", "That is it: 2.14.0 asks the directory by its new name. Could you set this and restart?"],
  ["omar", "LDAP_URL=ldaps://directory.example.org:636\nLDAP_BASE=ou=people,dc=example,dc=org"],
  ["diego", "It works again! ¡Muchas gracias!"],
  [
    "anna",
    "Good. I'll add a line to the release notes.",
    { edited: "Good. It is in the release notes now." },
  ],
];

const invoices: Line[] = [
  ["claire", "Bonjour, la facture de mars a été débitée deux fois."],
  ["priya", "Bonjour Claire, je regarde tout de suite. Avez-vous le numéro ?"],
  ["claire", "2026-03-00417, et le même avec un A à la fin."],
  ["claire", "IBAN FR76 3000 6000 0112 3456 7890 189", "deleted"],
  ["priya", "Merci ! Le second montant, 89,90 €, vous sera remboursé d’ici vendredi."],
  ["priya", "Et pensez à ne pas écrire de coordonnées bancaires ici, je les ai vues disparaître 😉"],
  ["claire", "Parfait, merci pour votre rapidité."],
];

const exporting: Line[] = [
  ["wei", "导出 CSV 的时候，中文变成了乱码。"],
  ["yuki", "Excel opens CSV files as Latin-1 unless they begin with a byte order mark."],
  [
    "yuki",
    'Until we have fixed it:\n\nimport { readFileSync, writeFileSync } from "node:fs";\nconst text = readFileSync("export.csv", "utf8");\nwriteFileSync("export-for-excel.csv", `\\uFEFF${text}`);',
  ],
  ["wei", "可以了，谢谢！"],
  ["yuki", "どういたしまして。次のバージョンで直します。"],
];

const team: Line[] = [
  ["anna", "Morning! Three open tickets, none of them red."],
  ["omar", "The login one was ours: the migration note was missing."],
  ["priya", "Can somebody take the invoice export on Thursday? I'm at the dentist."],
  ["yuki", "I can. I'm in that file anyway."],
  ["omar", "SELECT status, COUNT(*) FROM tickets GROUP BY status;\n\nopen      3\nwaiting   5\nclosed  812"],
  ["anna", "812! Cake at 500 was a while ago, then. 🍰"],
  ["priya", "I have been saying this for weeks."],
];

const releases: Line[] = [
  ["omar", "2.14.0 is out: https://example.org/releases/2.14.0"],
  [
    "omar",
    "2.14.1 is out, with the directory's new name as the default: https://example.org/releases/2.14.1",
  ],
  [
    "anna",
    "Changes at a glance:\n• logins by the new directory\n• exports that Excel can read\n• 14 smaller things",
  ],
  ["diego", "Updated, all good here 👍"],
];

export const support: DemoApplication = {
  name: "Nordlicht support",
  guestAccess: false,
  people: peopleNamed("anna", "omar", "priya", "yuki", "diego", "claire", "wei"),
  common: [
    ["anna", "Welcome! Each of you has a chat with us; what concerns everybody is here and in “Releases”."],
    ["anna", "We answer Monday to Friday, 9:00 to 17:00 (Berlin)."],
  ],
  chats: [
    { name: "Releases", members: ["omar", "anna", "diego", "claire", "wei"], lines: releases },
    { name: "#417 Nobody can log in", isPrivate: true, members: ["anna", "omar", "diego"], lines: login },
    {
      name: "#418 Facture en double",
      isPrivate: true,
      members: ["priya", "claire", "anna"],
      lines: invoices,
    },
    { name: "#421 CSV 乱码", isPrivate: true, members: ["yuki", "wei", "anna"], lines: exporting },
    {
      name: "Team",
      isPrivate: true,
      members: ["anna", ["omar", "owner"], ["priya", "moderator"], "yuki"],
      lines: team,
    },
  ],
  conversations: [
    {
      between: ["omar", "yuki"],
      lines: [
        ["omar", "Could you look over my change before lunch?"],
        ["yuki", "はい。Sending comments in ten minutes."],
        ["yuki", "Only one: `await` is missing in line 41."],
      ],
    },
    {
      between: ["priya", "anna"],
      lines: [
        ["priya", "May I take Monday off?"],
        ["anna", "Of course, enjoy it!"],
        ["priya", "धन्यवाद 😊"],
      ],
    },
  ],
};
