/** A message as it was written: text, of which web addresses can be followed. Nothing in it is markup. */
import { Fragment, type ReactNode } from "react";
import { linkLook } from "../ui.tsx";

const address = /\bhttps?:\/\/[^\s<>"'`]+/giu;
const trailing = /[.,;:!?\]}»”’]$/u;
const count = (text: string, one: string): number => text.split(one).length;

/** What a sentence puts behind an address is not part of it, nor is a bracket that began before it. */
function withoutTrailing(text: string): string {
  const isBracket = text.endsWith(")") && count(text, ")") > count(text, "(");
  return trailing.test(text) || isBracket ? withoutTrailing(text.slice(0, -1)) : text;
}

function withLinks(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    const url = withoutTrailing(found);
    if (!URL.canParse(url)) continue;
    parts.push(text.slice(end, index));
    parts.push(
      <a key={index} href={url} target="_blank" rel="noopener noreferrer nofollow" className={linkLook}>
        {url}
      </a>,
    );
    end = index + url.length;
  }
  return [...parts, text.slice(end)];
}

export function MessageText({ children }: { children: string }) {
  return (
    <p dir="auto" className="leading-relaxed wrap-anywhere whitespace-pre-wrap">
      {withLinks(children)}
    </p>
  );
}

type Highlight = { start: number; length: number };

/** @param highlights in code points, as the API counts */
export function HighlightedText({
  children,
  highlights,
}: {
  children: string;
  highlights: readonly Highlight[];
}) {
  const characters = Array.from(children);
  const cut = (from: number, to?: number): string => characters.slice(from, to).join("");
  let end = 0;
  return (
    <p dir="auto" className="text-sm leading-relaxed wrap-anywhere whitespace-pre-wrap">
      {highlights.map(({ start, length }) => {
        const before = cut(end, start);
        end = start + length;
        return (
          <Fragment key={start}>
            {before}
            <mark>{cut(start, end)}</mark>
          </Fragment>
        );
      })}
      {cut(end)}
    </p>
  );
}
