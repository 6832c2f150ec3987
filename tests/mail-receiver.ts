import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** A letter as it came over the wire. */
export type ReceivedLetter = {
  readonly to: readonly string[];
  readonly subject: string;
  /** Header lines and text, decoded from quoted-printable. */
  readonly text: string;
};

/** A mail server that keeps what it is given (SMTP, RFC 5321, as far as a client of one letter needs it). */
export type MailReceiver = {
  /** `smtp://127.0.0.1:port` */
  readonly url: string;
  readonly letters: readonly ReceivedLetter[];
  [Symbol.asyncDispose](): Promise<void>;
};

export async function receiveMail(): Promise<MailReceiver> {
  const letters: ReceivedLetter[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // A client may go without a word.
    socket.on("error", () => socket.destroy());
    converse(socket, (letter) => letters.push(letter)).catch(() => socket.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `smtp://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    letters,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

async function converse(socket: Socket, take: (letter: ReceivedLetter) => void): Promise<void> {
  const say = (line: string) => socket.write(`${line}\r\n`);
  let to: string[] = [];
  let data: string[] | undefined;
  say("220 mail.test");
  for await (const line of createInterface({ input: socket })) {
    if (data !== undefined) {
      if (line !== ".") {
        data.push(line.replace(/^\./, ""));
        continue;
      }
      take(letterOf(to, data));
      [to, data] = [[], undefined];
      say("250 taken");
    } else if (/^RCPT TO:/i.test(line)) {
      to.push(/<(.*)>/.exec(line)?.[1] ?? "");
      say("250 known");
    } else if (/^DATA$/i.test(line)) {
      data = [];
      say("354 go on");
    } else if (/^QUIT$/i.test(line)) {
      say("221 bye");
      socket.end();
    } else say("250 fine");
  }
}

function letterOf(to: readonly string[], lines: readonly string[]): ReceivedLetter {
  const text = lines
    .join("\n")
    .replace(/=\n/g, "")
    .replace(/(?:=[0-9A-F]{2})+/g, (codes) =>
      Buffer.from(codes.replaceAll("=", ""), "hex").toString(),
    );
  return {
    to,
    subject: /^Subject: (.*(?:\n .*)*)/m.exec(text)?.[1]?.replace(/\n /g, " ") ?? "",
    text,
  };
}
