/** All applications, and a new one. */
import type { Application, CreatedApplication } from "@parley/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState, type FormEvent } from "react";
import { Link } from "wouter";
import { CopyField } from "../copy-field.tsx";
import { textOf } from "../form.ts";
import { Button, Dialog, Field, linkLook, Spinner, Trouble } from "../ui.tsx";
import { take } from "../take.ts";
import { useSameKey } from "../use-same-key.ts";
import { openAsOperator, writeSecret } from "./credentials.ts";
import { CurlLines } from "./curl-lines.tsx";
import { cell, Head, numberCell, Table } from "./tables.tsx";

/** Enough to be looked through here; beyond it the newest are shown. */
const shownAtMost = 1000;

type Props = { operatorKey: string | undefined };

const listNewest = (operatorKey: string | undefined): Promise<Application[]> =>
  take(openAsOperator(operatorKey).applications.list({ order: "desc", limit: 200 }), shownAtMost);

export function ApplicationsPage({ operatorKey }: Props) {
  const [sought, setSought] = useState("");
  const [isMaking, setMaking] = useState(false);
  const { data, error, isPending } = useQuery({
    queryKey: ["applications"],
    queryFn: () => listNewest(operatorKey),
  });
  const needle = sought.trim().toLocaleLowerCase();
  const found = data?.filter(
    ({ application_name: name, application_token: token }) =>
      name.toLocaleLowerCase().includes(needle) || token.startsWith(needle),
  );
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <h1 className="text-xl font-semibold">Applications</h1>
        <Button look="primary" onClick={() => setMaking(true)}>
          <Plus className="size-4" aria-hidden /> New application
        </Button>
      </div>
      <Field
        label="Find by name or token"
        type="search"
        value={sought}
        onChange={(event) => setSought(event.target.value)}
      />
      <Trouble error={error} />
      {isPending && <Spinner label="Reading …" />}
      {found && <Found applications={found} isAny={data !== undefined && data.length > 0} />}
      {data?.length === shownAtMost && (
        <p className="text-sm text-zinc-600 dark:text-zinc-400">The newest {shownAtMost} are shown.</p>
      )}
      {isMaking && <NewApplication operatorKey={operatorKey} onClose={() => setMaking(false)} />}
    </div>
  );
}

function Found({ applications, isAny }: { applications: readonly Application[]; isAny: boolean }) {
  if (applications.length === 0) {
    return (
      <p className="py-8 text-center text-sm text-zinc-600 dark:text-zinc-400">
        {isAny ? "No application is called so." : "There is no application yet."}
      </p>
    );
  }
  const head = (
    <>
      <Head>Name</Head>
      <Head>Token</Head>
      <Head isNumber>Chats</Head>
      <Head>Made</Head>
    </>
  );
  return (
    <Table label="Applications" head={head}>
      {applications.map(({ application_token: token, application_name: name, ...one }) => (
        <tr key={token}>
          <td className={`${cell} max-w-80`}>
            <Link href={`/applications/${token}`} className={`block truncate font-medium ${linkLook}`}>
              <bdi>{name}</bdi>
            </Link>
          </td>
          <td className={`${cell} font-mono text-xs`}>{token}</td>
          <td className={numberCell}>{one.chats_count ?? 0}</td>
          <td className={`${cell} whitespace-nowrap`}>{new Date(one.created_at).toLocaleString()}</td>
        </tr>
      ))}
    </Table>
  );
}

function NewApplication({ operatorKey, onClose }: Props & { onClose: () => void }) {
  const queries = useQueryClient();
  const keyFor = useSameKey();
  const create = useMutation({
    mutationFn: (name: string) =>
      openAsOperator(operatorKey).applications.create(name, { key: keyFor(name) }),
    onSuccess: ({ application_token: token, application_secret: secret }) => {
      writeSecret(token, secret);
      void queries.invalidateQueries({ queryKey: ["applications"] });
    },
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    create.mutate(textOf(new FormData(event.currentTarget), "name"));
  }
  return (
    <Dialog title="New application" onClose={onClose}>
      {create.data ? (
        <Created application={create.data} />
      ) : (
        <form className="space-y-4" onSubmit={onSubmit}>
          <Field label="Name" name="name" required maxLength={255} placeholder="My product" />
          <Trouble error={create.error} />
          <Button type="submit" look="primary" disabled={create.isPending}>
            Create
          </Button>
        </form>
      )}
    </Dialog>
  );
}

function Created({ application }: { application: CreatedApplication }) {
  const { application_token: token, application_secret: secret } = application;
  return (
    <div className="space-y-4">
      <p className="text-sm">
        <bdi className="font-medium">{application.application_name}</bdi> is there. Keep its secret: it is not
        shown again.
      </p>
      <CopyField label="Token, for all who use it" value={token} />
      <CopyField label="Secret, for its server alone; shown this once" value={secret} />
      <CurlLines token={token} />
      <Link href={`/applications/${token}`} className={linkLook}>
        Open it
      </Link>
    </div>
  );
}
