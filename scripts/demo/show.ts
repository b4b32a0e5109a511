/** What is printed once a demo is there: addresses to open, people to sign in as, and lines for curl. */
import { password } from "./people.ts";
import type { DemoPerson } from "./plan.ts";

export type Shown = { name: string; token: string; people: readonly DemoPerson[] };

export function demoLines(url: string, applications: readonly Shown[]): string[] {
  const people = new Map(
    applications.flatMap((one) => one.people.map((person) => [person.username, person])),
  );
  const [first] = applications;
  return [
    "In a browser:",
    ...applications.map(({ name, token }) => `  ${url}/?application=${token}  ${name}`),
    "",
    `Sign in with the password ${password} as:`,
    ...[...people.values()].map(
      ({ username, display_name, locale }) => `  ${username.padEnd(8)} ${display_name} (${locale})`,
    ),
    "",
    "Or from a terminal:",
    ...curlLines(url, first?.token ?? "").map((line) => `  ${line}`),
  ];
}

function curlLines(url: string, token: string): string[] {
  const application = `${url}/api/applications/${token}`;
  const json = "-H 'Content-Type: application/json'";
  return [
    `curl '${application}/chats/1/messages?order=desc&limit=5'`,
    `curl ${application}/chats/1/messages ${json} -d '{"message_content":"Hi from curl"}'`,
    `curl '${application}/search?q=umber'`,
    `curl ${application}/login ${json} -d '{"username":"anna","password":"${password}"}'`,
  ];
}
