/** What a page of messages costs without Parley: bare http, one query of MySQL by the chat's id, and JSON. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createPool, type RowDataPacket } from "mysql2/promise";

/** As read-service's, which asks for one more to know whether there is a next page. */
const QUERY = (order: "asc" | "desc"): string =>
  "select * from `messages` where `chat_id` = ? and `state` in ('live', 'edited') and `number` > ? and `number` < ? " +
  `order by \`number\` ${order} limit ?`;
const LARGEST = 2 ** 31;
const POOL_SIZE = 10;

interface Row extends RowDataPacket {
  number: number;
  content: string;
  created_at: Date;
  edited_at: Date | null;
}

const chatId = Number(process.env["CHAT_ID"]);
const pool = createPool({ uri: process.env["MYSQL_URL"] ?? "", connectionLimit: POOL_SIZE, timezone: "Z" });

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const query = new URLSearchParams(req.url?.slice(2));
  const order = query.get("order") === "desc" ? "desc" : "asc";
  const limit = Number(query.get("limit") ?? 0);
  const values = [chatId, Number(query.get("after") ?? 0), LARGEST, limit + 1];
  const [rows] = await pool.query<Row[]>(QUERY(order), values);
  const page = rows.slice(0, limit).map((row) => ({
    message_number: row.number,
    message_content: row.content,
    created_at: row.created_at.toISOString(),
    edited_at: row.edited_at?.toISOString(),
  }));
  res.setHeader("Content-Type", "application/json; charset=utf-8");
  res.end(JSON.stringify(page));
}

createServer((req, res) => {
  answer(req, res).catch((err: unknown) => res.writeHead(500).end(String(err)));
}).listen(Number(process.env["PORT"]), "127.0.0.1");
process.once("SIGTERM", () => process.exit());
