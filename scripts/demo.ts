/** A small demo that the first start creates through the HTTP API, and the lines to try it with. */

const MESSAGES = [
  "Hello, and welcome to Parley!",
  "Messages are numbered from 1 in each chat, without gaps.",
  "Search finds any part of any word.",
];

/** Gives the token of the application "Demo". */
export async function createDemo(url: string, operatorKey: string): Promise<string> {
  const application = await post(`${url}/api/applications`, { application_name: "Demo" }, operatorKey);
  const token = String(application["application_token"]);
  const chat = await post(`${url}/api/applications/${token}/chats`, { chat_name: "First chat" });
  const messages = `${url}/api/applications/${token}/chats/${String(chat["chat_number"])}/messages`;
  for (const message_content of MESSAGES) await post(messages, { message_content });
  return token;
}

export function curlLines(url: string, token: string): string[] {
  const chat = `${url}/api/applications/${token}/chats/1`;
  return [
    `curl ${chat}/messages`,
    `curl -X POST ${chat}/messages -H 'Content-Type: application/json' -d '{"message_content":"Hi from curl"}'`,
    `curl '${chat}/search?q=umber'`,
  ];
}

async function post(url: string, body: object, bearer?: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(bearer && { Authorization: `Bearer ${bearer}` }) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}
