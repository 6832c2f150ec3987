import { createTransport } from "nodemailer";
import { z } from "zod";
import type { TaskHandlers } from "../tasks/index.ts";
import type { World } from "../world.ts";
import { MAIL_TASK } from "./send-mail.ts";

const TIMEOUT_MS = 20_000;

const letter = z.object({ to: z.string(), subject: z.string(), text: z.string() });

export type MailOptions = {
  readonly smtpUrl?: string | undefined;
  /** `Name <address>`. */
  readonly mailFrom: string;
  readonly world: World;
};

/** What sends queued letters. What a server refuses for good comes again like the rest, until its tries are spent. */
export function mailTasks({ smtpUrl, mailFrom, world }: MailOptions): TaskHandlers {
  const transport =
    smtpUrl === undefined
      ? undefined
      : createTransport({
          url: smtpUrl,
          connectionTimeout: TIMEOUT_MS,
          greetingTimeout: TIMEOUT_MS,
          socketTimeout: TIMEOUT_MS,
        });
  return {
    async [MAIL_TASK](payload) {
      const { to, subject, text } = letter.parse(payload);
      if (transport === undefined) {
        world.log.warn({ subject }, "a letter is dropped: OXBOW_SMTP_URL is not set any more");
        return;
      }
      await transport.sendMail({ from: mailFrom, to, subject, text });
    },
  };
}
