/** One application: its counts, its chats, and lines to begin with. */
import { ParleyError, type Chat } from "@parley/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Link } from "wouter";
import { CopyField } from "../copy-field.tsx";
import { textOf } from "../form.ts";
import { Button, Field, linkLook, Spinner, Trouble } from "../ui.tsx";
import { usePages } from "../use-pages.ts";
import { openApplication, readSecret, writeSecret } from "./credentials.ts";
import { CurlLines } from "./curl-lines.tsx";
import { Section } from "./overview.tsx";
import { cell, Head, numberCell, Table } from "./tables.tsx";

export function ApplicationPage({ token }: { token: string }) {
  const [secret, setSecret] = useState(() => readSecret(token));
  const { data, error, isPending } = useQuery({
    queryKey: ["application", token, secret],
    queryFn: () => openApplication(token, secret).application.get(),
    refetchInterval: 10_000,
  });
  if (isPending) return <Spinner label="Reading …" />;
  // Also when the one that is known was replaced meanwhile.
  const needsSecret = error instanceof ParleyError && (error.status === 401 || error.status === 403);
  return (
    <div className="space-y-8">
      <header className="space-y-3">
        <h1 className="text-xl font-semibold wrap-anywhere">
          <bdi>{data?.application_name ?? "An application"}</bdi>
        </h1>
        {!needsSecret && <Trouble error={error} />}
        {data && (
          <p className="text-sm text-zinc-600 dark:text-zinc-400">
            {data.chats_count ?? 0} chats, made {new Date(data.created_at).toLocaleString()}
            {data.guest_access === false && ", without access for guests"}
          </p>
        )}
        <CopyField label="Token" value={token} />
        <a className={`text-sm ${linkLook}`} href={`/applications/${token}`}>
          Open it in the chat client
        </a>
      </header>
      {(secret === undefined || needsSecret) && (
        <SecretForm token={token} isNeeded={needsSecret} onKnown={setSecret} />
      )}
      {data && (
        <>
          <Section title="Chats">
            <Chats key={secret} token={token} secret={secret} />
          </Section>
          <Section title="From a terminal">
            <CurlLines token={token} />
          </Section>
        </>
      )}
    </div>
  );
}

type SecretFormProps = { token: string; isNeeded: boolean; onKnown: (secret: string) => void };

function SecretForm({ token, isNeeded, onKnown }: SecretFormProps) {
  const [error, setError] = useState<unknown>();
  const queries = useQueryClient();
  async function use(secret: string): Promise<void> {
    try {
      await openApplication(token, secret).chats.list({ limit: 1 }).next();
      writeSecret(token, secret);
      await queries.invalidateQueries({ queryKey: ["application", token] });
      onKnown(secret);
    } catch (err) {
      setError(err);
    }
  }
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    void use(textOf(new FormData(event.currentTarget), "secret"));
  }
  return (
    <details open={isNeeded} className="rounded-xl border border-zinc-200 p-4 dark:border-zinc-700">
      <summary className="cursor-pointer text-sm font-medium">
        {isNeeded
          ? "Guests have no access here: its secret is needed"
          : "Private chats are not shown without the application's secret"}
      </summary>
      <form className="mt-3 space-y-3" onSubmit={onSubmit}>
        <Field label="Application secret" name="secret" type="password" autoComplete="off" required />
        <Trouble error={error} />
        <Button type="submit">Use it in this tab</Button>
      </form>
    </details>
  );
}

function Chats({ token, secret }: { token: string; secret: string | undefined }) {
  const { items, isLoading, hasMore, error, more } = usePages<Chat>(`${token}/${secret ?? ""}`, () =>
    openApplication(token, secret).chats.list({ limit: 50 }),
  );
  const head = (
    <>
      <Head isNumber>Number</Head>
      <Head>Name</Head>
      <Head isNumber>Messages</Head>
      <Head>Made</Head>
    </>
  );
  return (
    <div className="space-y-3">
      <Table label="Chats" head={head}>
        <ChatRow token={token} chat="common" name="Common chat" />
        {items.map(({ chat_number: chat, chat_name: name, ...one }) => (
          <ChatRow
            key={chat}
            token={token}
            chat={chat}
            name={name || "Without a name"}
            isPrivate={one.private === true}
            count={one.messages_count}
            madeAt={one.created_at}
          />
        ))}
      </Table>
      {items.length === 0 && !isLoading && !error && (
        <p className="text-sm text-zinc-600 dark:text-zinc-400">
          There is no other chat yet: the first of the lines below makes one.
        </p>
      )}
      <Trouble error={error} />
      {isLoading && <Spinner label="Reading …" />}
      {hasMore && !isLoading && <Button onClick={more}>More chats</Button>}
    </div>
  );
}

type ChatRowProps = {
  token: string;
  chat: number | "common";
  name: string;
  isPrivate?: boolean;
  count?: number;
  madeAt?: string;
};

function ChatRow({ token, chat, name, isPrivate, count, madeAt }: ChatRowProps) {
  return (
    <tr>
      <td className={numberCell}>{chat}</td>
      <td className={`${cell} max-w-80`}>
        <Link href={`/applications/${token}/chats/${chat}`} className={`block truncate ${linkLook}`}>
          <bdi>{name}</bdi>
        </Link>
        {isPrivate && <span className="text-xs text-zinc-600 dark:text-zinc-400">private</span>}
      </td>
      <td className={numberCell}>{count ?? ""}</td>
      <td className={`${cell} whitespace-nowrap`}>{madeAt && new Date(madeAt).toLocaleString()}</td>
    </tr>
  );
}
