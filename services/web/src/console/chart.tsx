/** A figure with its last minutes, drawn by hand: a line whose scale begins at nothing. */
import { useState, type PointerEvent } from "react";
import type { Points } from "./use-figures.ts";

const height = 40;
/** Few points do not fill it: it is a minute wide at least. */
const narrowest = 30;
const widthFor = (points: Points): number => Math.max(narrowest, points.length);

export function formatNumber(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString("en");
  return value.toFixed(value < 10 ? 1 : 0);
}

/** Pieces of the line, which has gaps where nothing is known; the newest point is at the right end. */
function piecesOf(points: Points, most: number): string[] {
  const pieces: string[][] = [[]];
  points.forEach((value, i) => {
    if (value === undefined) return pieces.push([]);
    const x = widthFor(points) - points.length + i;
    return pieces.at(-1)?.push(`${x},${(height - 1 - (value / most) * (height - 2)).toFixed(1)}`);
  });
  return pieces.filter((piece) => piece.length > 0).map((piece) => piece.join(" "));
}

type Props = { label: string; points: Points; unit?: string; isTrouble?: boolean };

export function Chart({ label, points, unit = "", isTrouble = false }: Props) {
  const [pointed, setPointed] = useState<number>();
  const known = points.filter((value) => value !== undefined);
  const most = Math.max(1, ...known);
  const newest = points.at(-1);
  const shown = pointed === undefined ? newest : points[pointed];
  const text = shown === undefined ? "–" : `${formatNumber(shown)}${unit}`;
  const ink =
    isTrouble && known.some((value) => value > 0)
      ? "text-red-600 dark:text-red-400"
      : "text-accent dark:text-indigo-400";
  function onPointerMove(event: PointerEvent<SVGSVGElement>): void {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const all = widthFor(points);
    const x = Math.round(((event.clientX - left) / width) * (all - 1));
    setPointed(Math.max(0, Math.min(points.length - 1, x - all + points.length)));
  }
  return (
    <figure className="rounded-xl border border-zinc-200 p-3 dark:border-zinc-700">
      <figcaption className="flex items-baseline justify-between gap-2">
        <span className="truncate text-xs text-zinc-600 dark:text-zinc-400">{label}</span>
        <span className="text-lg font-semibold tabular-nums">{text}</span>
      </figcaption>
      <svg
        role="img"
        aria-label={
          known.length === 0
            ? `${label}: not known`
            : `${label}: at most ${formatNumber(Math.max(...known))}${unit} in the last minutes`
        }
        viewBox={`0 0 ${widthFor(points) - 1} ${height}`}
        preserveAspectRatio="none"
        className={`mt-1 h-10 w-full ${ink}`}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setPointed(undefined)}
      >
        {piecesOf(points, most).map((piece) => (
          <Piece key={piece.split(",", 1)[0]} piece={piece} />
        ))}
      </svg>
    </figure>
  );
}

function Piece({ piece }: { piece: string }) {
  const [first = "0"] = piece.split(",", 1);
  const last = piece.slice(piece.lastIndexOf(" ") + 1).split(",", 1)[0];
  return (
    <>
      <polygon points={`${first},${height} ${piece} ${last},${height}`} fill="currentColor" opacity={0.15} />
      <polyline
        points={piece}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        vectorEffect="non-scaling-stroke"
      />
    </>
  );
}
