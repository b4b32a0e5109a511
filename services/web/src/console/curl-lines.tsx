/** Lines to begin with in a terminal, with the application's token in them. */
import { CopyButton } from "../copy-field.tsx";

const linesOf = (token: string): readonly (readonly [string, string])[] => {
  const chats = `${location.origin}/api/applications/${token}/chats`;
  const json = "-H 'Content-Type: application/json'";
  return [
    ["Create a chat", `curl -s ${chats} ${json} -d '{"chat_name":"General"}'`],
    ["Send a message", `curl -s ${chats}/1/messages ${json} -d '{"message_content":"Hello from curl"}'`],
    ["List messages", `curl -s '${chats}/1/messages?order=desc&limit=10'`],
    ["Search", `curl -s '${chats}/1/search?q=hel'`],
  ];
};

export function CurlLines({ token }: { token: string }) {
  return (
    <dl className="space-y-2">
      {linesOf(token).map(([label, line]) => (
        <div key={label}>
          <dt className="text-xs text-zinc-600 dark:text-zinc-400">{label}</dt>
          <dd className="flex items-start gap-1">
            <pre
              // What is longer than the screen is moved by the keyboard, too.
              tabIndex={0}
              aria-label={label}
              className="min-w-0 grow overflow-x-auto rounded-lg bg-zinc-100 px-3 py-2 text-xs dark:bg-zinc-800"
            >
              {line}
            </pre>
            <CopyButton label={`Copy: ${label}`} value={line} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
