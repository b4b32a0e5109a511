/** A value to be copied. */
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Field, IconButton } from "./ui.tsx";

export function CopyField({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex items-end gap-1">
      <div className="grow">
        <Field label={label} readOnly value={value} onFocus={(event) => event.target.select()} />
      </div>
      <CopyButton label={`Copy: ${label}`} value={value} />
    </div>
  );
}

/** Says for a moment that it has. */
export function CopyButton({ label, value }: { label: string; value: string }) {
  const [isCopied, setCopied] = useState(false);
  // Browsers have a clipboard over TLS and on the own machine only.
  if (!("clipboard" in navigator)) return null;
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  }
  return (
    <IconButton label={isCopied ? "Copied" : label} onClick={() => void copy()}>
      {isCopied ? <Check className="size-4" /> : <Copy className="size-4" />}
    </IconButton>
  );
}
