/** Posts messages at a fixed rate, whatever the answers do, and tells when each was accepted. */
import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";
import type { Accepted, PostJob } from "./post-steadily.ts";

const now = (): number => performance.timeOrigin + performance.now();
const tickMs = 5;

function post(agent: Agent, address: string, content: string): Promise<Accepted | undefined> {
  return new Promise((resolve) => {
    const options = { method: "POST", agent, headers: { "Content-Type": "application/json" } };
    const sent = request(address, options, (res) => {
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => chunks.push(chunk));
      res.on("end", () => {
        const at = now();
        if (res.statusCode !== 201) return resolve(undefined);
        const body = JSON.parse(Buffer.concat(chunks).toString()) as {
          chat_number: number;
          message_number: number;
        };
        return resolve([body.chat_number, body.message_number, at]);
      });
    });
    sent.on("error", () => resolve(undefined));
    sent.end(JSON.stringify({ message_content: content }));
  });
}

async function run({ addresses, perSecond, seconds, connections }: PostJob): Promise<Accepted[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const posted: Promise<Accepted | undefined>[] = [];
  const began = performance.now();
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsed = (performance.now() - began) / 1000;
      const due = Math.min(elapsed, seconds) * perSecond;
      while (posted.length < due) {
        const address = addresses[posted.length % addresses.length] ?? "";
        posted.push(post(agent, address, `message ${posted.length} of a steady stream`));
      }
      if (elapsed < seconds) return;
      clearInterval(timer);
      resolve();
    }, tickMs);
  });
  const accepted = await Promise.all(posted);
  agent.destroy();
  return accepted.flatMap((one) => (one ? [one] : []));
}

process.once("message", (job: PostJob) => {
  void run(job).then((accepted) => process.send?.(accepted, () => process.disconnect()));
});
process.once("disconnect", () => process.exit());
