import type { Tx } from "../store/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import type { World } from "../world.ts";

/** A letter of plain text to one person. */
export type Letter = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
};

export const MAIL_TASK = "mail.send";

/** Whether e-mail goes out from here at all. Where it does not, nobody queues a letter. */
export function mailWorks(settings: { readonly smtpUrl?: string | undefined }): boolean {
  return settings.smtpUrl !== undefined;
}

/** Queues a letter, in the transaction that is the reason for it. Ask `mailWorks` first. */
export async function sendMail(tx: Tx, world: World, letter: Letter): Promise<void> {
  await scheduleTask(tx, world, { kind: MAIL_TASK, payload: letter, at: world.now() });
}
