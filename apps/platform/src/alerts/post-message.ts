import type { AlertAttempt } from "@oxbow/site-contract";
import { Webhook } from "standardwebhooks";
import type { World } from "../world.ts";

const TIMEOUT_MS = 15_000;
const ANSWER_BYTES = 1_000;

export type SignedMessage = {
  readonly id: string;
  readonly body: string;
  /** One signature for each. */
  readonly secrets: readonly string[];
};

/** Posts a message, signed by Standard Webhooks 1.0; tells what came back, and throws nothing. */
export async function postMessage(
  url: string,
  { id, body, secrets }: SignedMessage,
  world: World,
): Promise<AlertAttempt> {
  const now = world.now();
  const began = performance.now();
  const told = (outcome: Pick<AlertAttempt, "status" | "answer" | "error">): AlertAttempt => ({
    at: new Date(now).toISOString(),
    milliseconds: Math.round(performance.now() - began),
    ...outcome,
  });
  const time = new Date(now);
  try {
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        "content-type": "application/json",
        "user-agent": "Oxbow",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(now / 1000)),
        "webhook-signature": secrets
          .map((secret) => new Webhook(secret).sign(id, time, body))
          .join(" "),
      },
      body,
    });
    return told({ status: response.status, answer: await firstBytes(response), error: null });
  } catch (error) {
    return told({ status: null, answer: null, error: messageOf(error) });
  }
}

/** What is shown of an answer; the rest of a long one is not read. */
async function firstBytes(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= ANSWER_BYTES) break;
  }
  return Buffer.concat(pieces).subarray(0, ANSWER_BYTES).toString("utf8").replaceAll("\0", "");
}

/** `fetch` tells what happened in the cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `No answer within ${TIMEOUT_MS / 1000} s`;
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}
