/** The application's frame: what there is on one side, and what is open on the other; on a narrow screen one of them. */
import { Route, Switch, useLocation } from "wouter";
import { useEffect } from "react";
import { ChatPage } from "./chat/chat-page.tsx";
import { OfflineBanner, useConnection } from "./connection.tsx";
import { parsePlace } from "./places.ts";
import { SearchPage } from "./search-page.tsx";
import { Sidebar } from "./sidebar.tsx";
import { useUnread } from "./use-unread.ts";

export function Workspace({ onLoggedOut }: { onLoggedOut: () => void }) {
  const isOffline = useConnection(onLoggedOut);
  const unread = useUnread();
  const [path, navigate] = useLocation();
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      navigate("/search");
    }
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [navigate]);

  const isAtHome = path === "/";
  return (
    <div className="flex h-full flex-col">
      {isOffline && <OfflineBanner />}
      <div className="flex min-h-0 grow">
        <aside
          className={`${isAtHome ? "flex" : "hidden md:flex"} w-full shrink-0 flex-col border-r border-zinc-200 bg-zinc-50 md:w-72 dark:border-zinc-700 dark:bg-zinc-950`}
        >
          <Sidebar unread={unread} />
        </aside>
        <main className={`${isAtHome ? "hidden md:flex" : "flex"} min-w-0 grow flex-col`}>
          <Switch>
            <Route path="/search">
              <SearchPage />
            </Route>
            <Route path="/:kind/:place/search">
              {({ kind, place }) => {
                const where = parsePlace(kind, place);
                return where === undefined ? <Nowhere /> : <SearchPage place={where} />;
              }}
            </Route>
            <Route path="/:kind/:place/messages/:message">
              {(params) => (
                <OpenPlace {...params} unread={unread} jumpTo={Number(params.message) || undefined} />
              )}
            </Route>
            <Route path="/:kind/:place">{(params) => <OpenPlace {...params} unread={unread} />}</Route>
            <Route path="/">
              <p className="m-auto p-8 text-zinc-600 dark:text-zinc-400">Choose a chat, or begin one.</p>
            </Route>
            <Route>
              <Nowhere />
            </Route>
          </Switch>
        </main>
      </div>
    </div>
  );
}

const Nowhere = () => <p className="m-auto p-8">There is nothing at this address.</p>;

type OpenPlaceProps = {
  kind: string;
  place: string;
  unread: ReturnType<typeof useUnread>;
  jumpTo?: number | undefined;
};
function OpenPlace({ kind, place: text, unread, jumpTo }: OpenPlaceProps) {
  const place = parsePlace(kind, text);
  if (place === undefined) return <Nowhere />;
  return <ChatPage key={`${kind} ${text}`} place={place} unread={unread} jumpTo={jumpTo} />;
}
