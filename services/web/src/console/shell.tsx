/** What is around every page of the console. */
import { LogOut, Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";
import { Link, useRoute } from "wouter";
import { chooseTheme, useTheme } from "../theme.ts";
import { IconButton } from "../ui.tsx";
import { describeSilence } from "./use-figures.ts";

type NavLink = { to: string; label: string; badge?: number };
type Props = { links: readonly NavLink[]; onSignOut: () => void; silence?: unknown; children: ReactNode };

export function Shell({ links, onSignOut, silence, children }: Props) {
  const theme = useTheme();
  return (
    <div className="flex h-full flex-col">
      <a href="#main" className="sr-only focus:not-sr-only focus:p-2">
        Skip to the page
      </a>
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-zinc-200 px-4 py-2 dark:border-zinc-700">
        <Link href="/" className="font-bold tracking-tight">
          Parley <span className="font-normal text-zinc-600 dark:text-zinc-400">console</span>
        </Link>
        <nav aria-label="Console" className="order-last flex w-full gap-1 sm:order-none sm:w-auto sm:grow">
          {links.map((link) => (
            <NavItem key={link.to} {...link} />
          ))}
        </nav>
        <div className="ml-auto flex gap-1">
          <IconButton
            label={theme === "dark" ? "Light colours" : "Dark colours"}
            onClick={() => chooseTheme(theme === "dark" ? "light" : "dark")}
          >
            {theme === "dark" ? <Sun className="size-5" /> : <Moon className="size-5" />}
          </IconButton>
          <IconButton label="Sign out" onClick={onSignOut}>
            <LogOut className="size-5" />
          </IconButton>
        </div>
      </header>
      {silence !== undefined && (
        <p role="alert" className="bg-red-700 px-4 py-2 text-center text-sm text-white">
          {describeSilence(silence)} What is shown is what was told last; it is asked again every two seconds.
        </p>
      )}
      <div className="grow overflow-y-auto">
        <main id="main" className="mx-auto max-w-6xl p-4 sm:p-6">
          {children}
        </main>
      </div>
    </div>
  );
}

function NavItem({ to, label, badge = 0 }: NavLink) {
  const [isHere] = useRoute(to === "/" ? to : `${to}/*?`);
  return (
    <Link
      href={to}
      aria-current={isHere ? "page" : undefined}
      className={`rounded-lg px-3 py-1.5 text-sm font-medium ${isHere ? "bg-indigo-100 text-indigo-900 dark:bg-indigo-950 dark:text-indigo-100" : "hover:bg-zinc-100 dark:hover:bg-zinc-800"}`}
    >
      {label}
      {badge > 0 && (
        <span className="ml-2 rounded-full bg-amber-500 px-2 py-0.5 text-xs font-semibold text-zinc-950">
          {badge}
        </span>
      )}
    </Link>
  );
}
