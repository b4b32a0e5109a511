/** What an application's own server would do: plain requests, JSON in and out. */

export type Reply = { status: number; body: Record<string, unknown>; headers: Headers };
export type Client = ReturnType<typeof createClient>;

export function createClient(baseUrl: string | (() => string)) {
  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const response = await fetch(
      `${typeof baseUrl === "string" ? baseUrl : baseUrl()}/api/applications${path}`,
      {
        method,
        headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
    );
    const text = await response.text();
    return {
      status: response.status,
      body: (text ? JSON.parse(text) : {}) as Record<string, unknown>,
      headers: response.headers,
    };
  }

  return {
    call,
    async anApplication(name = "Spec"): Promise<{ token: string; secret: string }> {
      const { status, body } = await call("POST", "", { application_name: name });
      if (status !== 201) throw new Error(`application not created: ${status} ${JSON.stringify(body)}`);
      return { token: String(body["application_token"]), secret: String(body["application_secret"]) };
    },
    async aChat(token: string, name = "General"): Promise<number> {
      const { status, body } = await call("POST", `/${token}/chats`, { chat_name: name });
      if (status !== 201) throw new Error(`chat not created: ${status} ${JSON.stringify(body)}`);
      return Number(body["chat_number"]);
    },
    send: (token: string, chat: number, content: string): Promise<Reply> =>
      call("POST", `/${token}/chats/${chat}/messages`, { message_content: content }),
    /** All pages of a list, by its Link headers. */
    async listAll(path: string): Promise<Record<string, unknown>[]> {
      const all: Record<string, unknown>[] = [];
      let next: string | undefined = path;
      while (next) {
        const { status, body, headers }: Reply = await call("GET", next);
        if (status !== 200) throw new Error(`list not read: ${status} ${JSON.stringify(body)}`);
        all.push(...(body as unknown as Record<string, unknown>[]));
        next = /<\/api\/applications([^>]+)>; rel="next"/.exec(headers.get("link") ?? "")?.[1];
      }
      return all;
    },
  };
}
