import type { ChatMessage } from "@oxbow/site-contract";
import { useState } from "react";
import { CallError, call } from "../core/index.ts";

/** A message of this page that the site has not taken yet. */
export type Unsent = {
  readonly client: string;
  readonly text: string;
  readonly mediaAt: number | undefined;
  readonly state: "sending" | "failed";
};

/** At most so many wait to be sent, or to be tried again. */
const WAITING = 10;

export type Sending = {
  readonly unsent: readonly Unsent[];
  /** Why the room did not take a message, until the next one is sent. */
  readonly refusal: CallError | null;
  readonly send: (text: string) => void;
  readonly retry: (client: string) => void;
  readonly discard: (client: string) => void;
};

/** What a connection broke: the same message may be sent again. */
const mayRetry = (error: unknown): boolean =>
  !(error instanceof CallError) || error.status === 0 || error.status >= 500;

/**
 * Sends messages of this page. Each has a name, so that trying again never writes it twice.
 *
 * @param onTaken the site has taken one
 * @param onRefused the room does not take one; its text goes back to who wrote it
 */
export function useSending(
  video: string,
  on: {
    readonly position: () => number | null;
    readonly onTaken: (message: ChatMessage) => void;
    readonly onRefused: (text: string) => void;
  },
): Sending {
  const [unsent, setUnsent] = useState<readonly Unsent[]>([]);
  const [refusal, setRefusal] = useState<CallError | null>(null);
  const drop = (client: string): void =>
    setUnsent((before) => before.filter((one) => one.client !== client));
  const turn = (client: string, state: Unsent["state"]): void =>
    setUnsent((before) => before.map((one) => (one.client === client ? { ...one, state } : one)));

  const deliver = async ({ client, text, mediaAt }: Unsent): Promise<void> => {
    try {
      const body = { client, text, ...(mediaAt === undefined ? {} : { mediaAt }) };
      on.onTaken(await call("chat.send", { params: { video }, body }));
      drop(client);
    } catch (error) {
      if (mayRetry(error)) return turn(client, "failed");
      drop(client);
      setRefusal(error instanceof CallError ? error : null);
      on.onRefused(text);
    }
  };

  return {
    unsent,
    refusal,
    send: (text) => {
      const mediaAt = on.position();
      const message: Unsent = {
        client: crypto.getRandomValues(new Uint32Array(4)).join("-"),
        text,
        mediaAt: mediaAt === null ? undefined : Math.round(mediaAt),
        state: "sending",
      };
      setRefusal(null);
      setUnsent((before) => [...before, message].slice(-WAITING));
      void deliver(message);
    },
    retry: (client) => {
      const message = unsent.find((one) => one.client === client);
      if (message === undefined) return;
      turn(client, "sending");
      void deliver(message);
    },
    discard: drop,
  };
}
