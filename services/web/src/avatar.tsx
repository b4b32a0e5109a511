/** Who somebody is at a glance: the first letter on their colour. */
import type { Person } from "@parley/client";
import { useUser } from "./people/use-user.ts";

const colours = ["#b91c1c", "#b45309", "#15803d", "#0f766e", "#1d4ed8", "#6d28d9", "#be185d", "#475569"];

export const nameOf = (person: Person | undefined): string =>
  person ? (person.display_name ?? person.username ?? `user ${person.user_number}`) : "Guest";

/** Black or white, whichever can be read on it. */
function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 150 ? "#18181b" : "#ffffff";
}

type Props = { person: Person | undefined; isPresent?: boolean; size?: "small" | "large" };
export function Avatar({ person, isPresent = false, size = "small" }: Props) {
  const number = person?.user_number ?? 0;
  const { data } = useUser(number || undefined, { staleTime: 5 * 60_000, retry: false });
  const colour =
    data?.profile.colour ?? (number === 0 ? "#52525b" : (colours[number % colours.length] ?? ""));
  const letter = [...new Intl.Segmenter().segment(nameOf(person))][0]?.segment ?? "?";
  return (
    <span className="relative shrink-0" aria-hidden>
      <span
        className={`flex items-center justify-center rounded-full font-semibold uppercase select-none ${size === "large" ? "size-16 text-2xl" : "size-9 text-sm"}`}
        style={{ backgroundColor: colour, color: inkOn(colour) }}
      >
        {letter}
      </span>
      {isPresent && (
        <span className="absolute right-0 bottom-0 size-2.5 rounded-full bg-green-500 ring-2 ring-white dark:ring-zinc-900" />
      )}
    </span>
  );
}
