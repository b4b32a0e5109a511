/** The small demo that the first start creates: three people and two chats. */
import { peopleNamed } from "./people.ts";
import type { DemoApplication } from "./plan.ts";
import { demoLines } from "./show.ts";
import { writeApplication } from "./write.ts";

const plan: DemoApplication = {
  name: "Demo",
  guestAccess: true,
  people: peopleNamed("anna", "tom", "yuki"),
  common: [["anna", "Hello all, this is the common chat: everybody reads it."]],
  chats: [
    {
      name: "First chat",
      members: ["anna", "tom", "yuki"],
      lines: [
        ["anna", "Hello, and welcome to Parley!"],
        ["tom", "Messages are numbered from 1 in each chat, without gaps."],
        ["yuki", "こんにちは！Search finds any part of any word."],
      ],
    },
    {
      name: "For three",
      isPrivate: true,
      members: ["anna", "tom", "yuki"],
      lines: [
        ["tom", "This one is private: only we see it."],
        ["yuki", "`npm run demo` brings fourteen people and three applications."],
      ],
    },
  ],
  conversations: [{ between: ["tom", "anna"], lines: [["tom", "And this is for you alone, Anna."]] }],
};

/** Gives the token of the application "Demo". */
export async function createDemo(url: string, operatorKey: string): Promise<string> {
  return (await writeApplication(plan, { url, operatorKey })).token;
}

export const firstStartLines = (url: string, token: string): string[] =>
  demoLines(url, [{ name: plan.name, token, people: plan.people }]);
