/** What Parley's sockets are measured against: a bare `ws` server that sends to all whatever is posted to it. */
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

let number = 0;
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const server = createServer((req, res) => {
  if (req.method === "GET") return void res.end("ok");
  const chunks: Buffer[] = [];
  req.on("data", (chunk: Buffer) => chunks.push(chunk));
  req.on("end", () => {
    const { message_content } = JSON.parse(Buffer.concat(chunks).toString()) as { message_content: string };
    number += 1;
    const content = {
      chat_number: 1,
      change_number: number,
      message_number: number,
      message_content,
      created_at: new Date().toISOString(),
      previous_change: number - 1,
    };
    const frame = Buffer.from(JSON.stringify({ type: "message", content }));
    for (const socket of sockets.clients) socket.send(frame, { binary: false });
    res
      .writeHead(201, { "Content-Type": "application/json" })
      .end(JSON.stringify({ message_number: number }));
  });
});
server.on("upgrade", (req, socket, head) => sockets.handleUpgrade(req, socket, head, () => undefined));
server.listen(Number(process.env["PORT"]), "127.0.0.1");
