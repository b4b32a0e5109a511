/**
 * What creating a message costs without Parley's ideas: Express, and for each request one script and one confirmed
 * publish. Its Lua is what allot.lua does for one message of a chat that is known to exist.
 */
import { connect } from "amqplib";
import express from "express";
import { Redis } from "ioredis";
import { v7 as uuid } from "uuid";
import { baselineOutbox, baselineQueue } from "./names.ts";

const ALLOT = `
local number = redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
redis.call('HSET', KEYS[2], ARGV[2], string.sub(ARGV[3], 1, -2) .. ',"number":' .. number .. '}')
return number`;

const redis = new Redis(process.env["REDIS_URL"] ?? "");
const digest = String(await redis.script("LOAD", ALLOT));
const broker = await connect(process.env["RABBITMQ_URL"] ?? "", { noDelay: true });
const channel = await broker.createConfirmChannel();
await channel.assertQueue(baselineQueue, { durable: true, arguments: { "x-queue-type": "quorum" } });
channel.on("return", () => {
  throw new Error("A message found no queue.");
});

function publish(record: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { persistent: true, mandatory: true, contentType: "application/json" };
    channel.publish("", baselineQueue, Buffer.from(JSON.stringify(record)), options, (err: unknown) =>
      err instanceof Error ? reject(err) : resolve(),
    );
  });
}

const app = express();
app.use(express.json());
app.get("/healthz", (_req, res) => void res.end());
app.post("/:chat", async (req, res) => {
  const { chat } = req.params;
  const { message_content: content } = req.body as { message_content: string };
  const record = { kind: "message", uid: uuid(), chat, content, createdAt: Date.now() };
  const json = JSON.stringify(record);
  const number = Number(
    await redis.evalsha(digest, 2, "baseline:counters", baselineOutbox, chat, record.uid, json),
  );
  await publish({ ...record, number });
  res.status(201).json({
    type: "message",
    chat_number: chat,
    message_number: number,
    message_content: content,
  });
});
app.listen(Number(process.env["PORT"]), "127.0.0.1");
process.once("SIGTERM", () => process.exit());
