/** Search in one chat, in a conversation, or in all that one may read; the address says what is looked for. */
import { pathOf, type Hit, type Place, type SearchOptions } from "@parley/client";
import { ArrowLeft } from "lucide-react";
import { useState, type FormEvent } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { Avatar, nameOf } from "./avatar.tsx";
import { HighlightedText } from "./chat/text.tsx";
import { textOf } from "./form.ts";
import { useOpen } from "./parley.tsx";
import { FindUser } from "./people/find-user.tsx";
import { useUser } from "./people/use-user.ts";
import { messagePath, placeOf } from "./places.ts";
import { Button, Field, IconLink, Select, Spinner, Trouble } from "./ui.tsx";
import { formatMoment } from "./times.ts";
import { usePages } from "./use-pages.ts";
import { useTitle } from "./use-title.ts";

const names = ["q", "mode", "sort", "sender", "after", "before"] as const;

async function* nothing(): AsyncGenerator<never, void, undefined> {
  // Before there is a query.
}

/** A day as the form has it, as the moment of its beginning. */
function beginningOf(day: string | null): string | undefined {
  const date = new Date(`${day}T00:00:00`);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function optionsOf(asked: URLSearchParams): SearchOptions {
  const options = {
    mode: asked.get("mode") ?? undefined,
    sort: asked.get("sort") ?? "newest",
    sender: Number(asked.get("sender")) || undefined,
    after: beginningOf(asked.get("after")),
    before: beginningOf(asked.get("before")),
  };
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as SearchOptions;
}

export function SearchPage({ place }: { place?: Place | undefined }) {
  const { parley } = useOpen();
  const [path, navigate] = useLocation();
  const asked = new URLSearchParams(useSearch());
  const q = asked.get("q") ?? "";
  useTitle(q ? `${q} – search` : "Search");
  const hits = usePages<Hit>(`${path}?${asked}`, () => {
    if (q === "") return nothing();
    const options = optionsOf(asked);
    return place === undefined
      ? parley.application.search(q, options)
      : parley.messages.search(place, q, options);
  });

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = names.flatMap((name) => {
      const value = textOf(form, name);
      return value === "" ? [] : [[name, value]];
    });
    navigate(`${path}?${new URLSearchParams(given)}`);
    // The same search again finds what has come meanwhile.
    hits.retry();
  }

  return (
    <div className="flex h-full flex-col">
      <header className="flex items-center gap-2 border-b border-zinc-200 px-3 py-2 dark:border-zinc-700">
        <IconLink label="Back" href={place === undefined ? "/" : pathOf(place)}>
          <ArrowLeft className="size-5 rtl:rotate-180" />
        </IconLink>
        <h2 className="font-semibold">{place === undefined ? "Search everything" : "Search here"}</h2>
      </header>
      <div className="min-h-0 grow overflow-y-auto">
        <form role="search" key={String(asked)} className="space-y-3 p-4" onSubmit={onSubmit}>
          <div className="flex items-end gap-2">
            <div className="grow">
              <Field
                label="Find"
                name="q"
                type="search"
                defaultValue={q}
                autoFocus
                maxLength={256}
                dir="auto"
              />
            </div>
            <Button type="submit" look="primary">
              Search
            </Button>
          </div>
          <Filters asked={asked} />
        </form>
        <Trouble error={hits.error} onRetry={hits.retry} />
        <ul aria-label="Found" className="divide-y divide-zinc-200 dark:divide-zinc-700">
          {hits.items.map((hit) => {
            const where = place ?? placeOf(hit);
            return (
              <Found
                key={messagePath(where, hit.number)}
                hit={hit}
                place={where}
                isElsewhere={place === undefined}
              />
            );
          })}
        </ul>
        {hits.isLoading && q !== "" && <Spinner label="Searching …" />}
        {!hits.isLoading && q !== "" && hits.items.length === 0 && !hits.error && (
          <p role="status" className="p-6 text-center text-sm">
            Nothing has this in it.
          </p>
        )}
        {hits.hasMore && !hits.isLoading && (
          <div className="p-4 text-center">
            <Button onClick={hits.more}>More</Button>
          </div>
        )}
      </div>
    </div>
  );
}

function Filters({ asked }: { asked: URLSearchParams }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <Select label="Match" name="mode" defaultValue={asked.get("mode") ?? "contains"}>
        <option value="contains">any part of a word</option>
        <option value="words">words in their forms</option>
        <option value="fuzzy">with typing errors</option>
      </Select>
      <Select label="Order" name="sort" defaultValue={asked.get("sort") ?? "newest"}>
        <option value="newest">newest first</option>
        <option value="oldest">oldest first</option>
        <option value="relevance">best first</option>
      </Select>
      <SenderFilter asked={Number(asked.get("sender")) || undefined} />
      {[
        ["after", "Since"],
        ["before", "Before"],
      ].map(([name = "", label]) => (
        <label key={name} className="flex items-center gap-2 text-sm">
          <span className="text-zinc-600 dark:text-zinc-400">{label}</span>
          <input
            name={name}
            type="date"
            defaultValue={asked.get(name) ?? ""}
            className="w-36 rounded-lg border border-zinc-300 bg-transparent px-2 py-1.5 dark:border-zinc-600"
          />
        </label>
      ))}
    </div>
  );
}

function SenderFilter({ asked }: { asked: number | undefined }) {
  const [sender, setSender] = useState(asked);
  const [isFinding, setFinding] = useState(false);
  const { data } = useUser(sender);
  return (
    <div className="flex items-center gap-2 text-sm">
      <span className="text-zinc-600 dark:text-zinc-400">By</span>
      <input type="hidden" name="sender" value={sender ?? ""} />
      <Button onClick={() => setFinding(true)}>
        {sender === undefined ? "anybody" : <bdi>{nameOf(data ?? { user_number: sender })}</bdi>}
      </Button>
      {sender !== undefined && <Button onClick={() => setSender(undefined)}>By anybody again</Button>}
      {isFinding && <FindUser title="Written by" onClose={() => setFinding(false)} onChoose={setSender} />}
    </div>
  );
}

function Found({ hit, place, isElsewhere }: { hit: Hit; place: Place; isElsewhere: boolean }) {
  return (
    <li>
      <Link
        href={messagePath(place, hit.number)}
        className="flex gap-3 px-4 py-3 hover:bg-zinc-50 dark:hover:bg-zinc-800/50"
      >
        <Avatar person={hit.sender} />
        <div className="min-w-0">
          <p className="flex flex-wrap items-baseline gap-x-2 text-xs text-zinc-600 dark:text-zinc-400">
            <bdi className="text-sm font-semibold text-zinc-900 dark:text-zinc-100">{nameOf(hit.sender)}</bdi>
            <time dateTime={hit.created_at}>{formatMoment(hit.created_at)}</time>
            {isElsewhere && (
              <span>{hit.chat_number === "common" ? "common chat" : `chat ${hit.chat_number}`}</span>
            )}
            <span>#{hit.number}</span>
          </p>
          <HighlightedText highlights={hit.highlights}>{hit.content}</HighlightedText>
        </div>
      </Link>
    </li>
  );
}
