/** One chat: whether all of its numbers are where they belong. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { linkLook, Spinner, Trouble } from "../ui.tsx";
import { Continuity } from "./continuity.tsx";
import { openApplication } from "./credentials.ts";
import { Section } from "./overview.tsx";

const againMs = 3000;

export function ChatPage({ token, chat: named }: { token: string; chat: string }) {
  const number = named === "common" ? named : Number(named);
  const { data, error, isPending } = useQuery({
    queryKey: ["chat", token, named],
    queryFn: async () => {
      const { chats } = openApplication(token);
      const [chat, continuity] = await Promise.all([chats.get(number), chats.continuity(number)]);
      return { chat, continuity };
    },
    refetchInterval: againMs,
  });
  return (
    <div className="space-y-6">
      <nav aria-label="Where this is" className="text-sm">
        <Link href={`/applications/${token}`} className={linkLook}>
          The application
        </Link>
      </nav>
      <header className="space-y-1">
        <h1 className="text-xl font-semibold wrap-anywhere">
          <bdi>{data?.chat.chat_name ?? (named === "common" ? "Common chat" : `Chat ${named}`)}</bdi>
        </h1>
        {data && (
          <p className="text-sm text-zinc-600 dark:text-zinc-400">
            {data.chat.messages_count} messages{data.chat.private && ", private"}.{" "}
            <a className={linkLook} href={`/applications/${token}/chats/${named}`}>
              Open it in the chat client
            </a>
          </p>
        )}
      </header>
      <Trouble error={error} />
      {isPending && <Spinner label="Reading …" />}
      {data && (
        <Section title="Continuity">
          <Continuity report={data.continuity} />
        </Section>
      )}
    </div>
  );
}
