import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { storeTest } from "../store/store-for-tests.ts";
import { mailTasks } from "./mail-tasks.ts";
import { mailWorks, sendMail } from "./send-mail.ts";

/** As much of a mail server (RFC 5321) as takes one letter after the other. */
async function startSmtp(refuses = false) {
  const letters: string[] = [];
  const server = createServer((socket) => {
    let inData = false;
    let text = "";
    socket.write("220 test\r\n");
    socket.on("data", (bytes) => {
      text += bytes.toString();
      for (let end = text.indexOf("\r\n"); end !== -1; end = text.indexOf("\r\n")) {
        if (inData) {
          const over = text.indexOf("\r\n.\r\n");
          if (over === -1) return;
          letters.push(text.slice(0, over));
          text = text.slice(over + 5);
          inData = false;
          socket.write("250 taken\r\n");
          continue;
        }
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (line.startsWith("RCPT") && refuses) socket.write("550 nobody here\r\n");
        else if (line === "DATA") {
          inData = true;
          socket.write("354 go on\r\n");
        } else socket.write(line === "QUIT" ? "221 bye\r\n" : "250 ok\r\n");
      }
    });
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Not listening");
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    letters,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

const letter = { to: "vera@site.test", subject: "Olá", text: "Abra o link:\nhttp://site.test/x\n" };

storeTest("a letter waits in the database, and goes out by SMTP", async ({ store, world }) => {
  await using smtp = await startSmtp();
  assert.equal(mailWorks({ smtpUrl: smtp.url }), true);
  await store.commit((tx) => sendMail(tx, world, letter));
  const task = await store.db.selectFrom("tasks").selectAll().executeTakeFirstOrThrow();
  assert.deepEqual([task.kind, JSON.parse(task.payload)], ["mail.send", letter]);
  const tasks = mailTasks({ smtpUrl: smtp.url, mailFrom: "Oxbow <site@site.test>", world });
  const send = tasks["mail.send"];
  assert.ok(typeof send === "function");
  await send(JSON.parse(task.payload), 1, new AbortController().signal);
  const [sent = ""] = smtp.letters;
  assert.match(sent, /^From: Oxbow <site@site\.test>\r$/m);
  assert.match(sent, /^To: vera@site\.test\r$/m);
  assert.match(sent, /http:\/\/site\.test\/x/);
});

storeTest(
  "what the mail server refuses is a failure, which the task's tries are for",
  async ({ world }) => {
    await using smtp = await startSmtp(true);
    const { "mail.send": send } = mailTasks({ smtpUrl: smtp.url, mailFrom: "a@site.test", world });
    assert.ok(typeof send === "function");
    await assert.rejects(async () => send(letter, 1, new AbortController().signal), /550/);
    assert.equal(smtp.letters.length, 0);
  },
);

storeTest("where SMTP is not set any more, what waits is dropped and told", async ({ world }) => {
  const { "mail.send": send } = mailTasks({ mailFrom: "a@site.test", world });
  assert.ok(typeof send === "function");
  await send(letter, 1, new AbortController().signal);
  assert.equal(mailWorks({}), false);
});
