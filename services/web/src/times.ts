/** How a moment is written, in the reader's own way. */
const long = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const short = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

export const formatMoment = (iso: string): string => long.format(new Date(iso));

/** Without its day, if that is today. */
export function formatRecent(iso: string): string {
  const date = new Date(iso);
  return (date.toDateString() === new Date().toDateString() ? short : long).format(date);
}
