/** The few pieces that all pages are made of. */
import { ParleyError } from "@parley/client";
import { X } from "lucide-react";
import { useEffect, useId, useRef, type ComponentProps, type ReactNode } from "react";
import { Link } from "wouter";

/** What a link looks like in a text. */
export const linkLook = "text-indigo-700 underline dark:text-indigo-300";
/** A box on a page that is not a chat. */
export const cardLook = "rounded-2xl border border-zinc-200 p-5 space-y-4 dark:border-zinc-700";

const base =
  "inline-flex items-center justify-center gap-2 rounded-lg px-3 py-2 text-sm font-medium transition-colors disabled:opacity-50";
const looks = {
  primary: "bg-accent text-white hover:bg-accent-strong",
  plain: "border border-zinc-300 hover:bg-zinc-100 dark:border-zinc-600 dark:hover:bg-zinc-800",
  quiet: "hover:bg-zinc-200/70 dark:hover:bg-zinc-700/70",
  danger: "bg-red-700 text-white hover:bg-red-800",
};

type ButtonProps = ComponentProps<"button"> & { look?: keyof typeof looks };
export function Button({ look = "plain", className = "", type = "button", ...props }: ButtonProps) {
  return <button type={type} className={`${base} ${looks[look]} ${className}`} {...props} />;
}

const icon =
  "inline-flex size-9 shrink-0 items-center justify-center rounded-lg text-zinc-600 hover:bg-zinc-200/70 disabled:opacity-40 dark:text-zinc-300 dark:hover:bg-zinc-700/70";

/** A picture that says what it does to those who cannot see it. */
export function IconButton({
  label,
  className = "",
  ...props
}: ComponentProps<"button"> & { label: string }) {
  return (
    <button type="button" aria-label={label} title={label} className={`${icon} ${className}`} {...props} />
  );
}

type IconLinkProps = { label: string; href: string; className?: string; children: ReactNode };
export function IconLink({ label, href, className = "", children }: IconLinkProps) {
  return (
    <Link href={href} aria-label={label} title={label} className={`${icon} ${className}`}>
      {children}
    </Link>
  );
}

const field =
  "w-full rounded-lg border border-zinc-300 bg-white px-3 py-2 text-sm placeholder:text-zinc-500 dark:border-zinc-600 dark:bg-zinc-800 dark:placeholder:text-zinc-400";

type LabelledProps = {
  label: string;
  hint?: ReactNode;
  children: (id: string, hintId?: string) => ReactNode;
};
function Labelled({ label, hint, children }: LabelledProps) {
  const id = useId();
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      {children(id, hint ? `${id}-hint` : undefined)}
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-zinc-600 dark:text-zinc-400">
          {hint}
        </p>
      )}
    </div>
  );
}

type FieldProps = ComponentProps<"input"> & { label: string; hint?: ReactNode };
export function Field({ label, hint, ...props }: FieldProps) {
  return (
    <Labelled label={label} hint={hint}>
      {(id, hintId) => <input id={id} className={field} aria-describedby={hintId} {...props} />}
    </Labelled>
  );
}

export function TextArea({ label, ...props }: ComponentProps<"textarea"> & { label: string }) {
  return <Labelled label={label}>{(id) => <textarea id={id} className={field} {...props} />}</Labelled>;
}

export function Select({ label, children, ...props }: ComponentProps<"select"> & { label: string }) {
  return (
    <label className="flex items-center gap-2 text-sm">
      <span className="text-zinc-600 dark:text-zinc-400">{label}</span>
      <select className={`${field} w-auto`} {...props}>
        {children}
      </select>
    </label>
  );
}

/** What went wrong, in the words of the problem. */
export function describe(error: unknown): string {
  if (!(error instanceof ParleyError)) return "Something went wrong in this page.";
  const { title, detail, errors } = error.problem;
  if (errors?.length) return errors.map((one) => one.detail).join("; ");
  return error.status === 0 ? "Parley does not answer. Is the network there?" : detail || title;
}

export function Trouble({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (!error) return null;
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-3 rounded-lg bg-red-50 px-3 py-2 text-sm text-red-800 dark:bg-red-950 dark:text-red-200"
    >
      {describe(error)}
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** The browser's own dialog: it keeps the focus inside and closes by Escape. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const own = dialog.current;
    own?.showModal();
    // So that the focus goes back to where it came from.
    return () => own?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      className="w-[min(32rem,calc(100vw-2rem))] rounded-2xl bg-white p-0 text-inherit shadow-2xl backdrop:bg-zinc-950/50 dark:bg-zinc-900"
    >
      <div className="space-y-4 p-5">
        <div className="flex items-center justify-between gap-4">
          <h2 id={id} className="text-lg font-semibold">
            {title}
          </h2>
          <IconButton label="Close" onClick={onClose}>
            <X className="size-5" />
          </IconButton>
        </div>
        {children}
      </div>
    </dialog>
  );
}

export function Spinner({ label }: { label: string }) {
  return (
    <p role="status" className="p-6 text-center text-sm text-zinc-600 dark:text-zinc-400">
      {label}
    </p>
  );
}
