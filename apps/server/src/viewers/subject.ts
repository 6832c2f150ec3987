import { Fault } from "@oxbow/contract";
import type { PlaybackToken } from "./playback-token.ts";
import type { WatchedStream } from "./ports.ts";

/** What is watched, known to exist. */
export type Subject = {
  readonly id: string;
  readonly stream: { readonly id: string; readonly name: string } | null;
  readonly signed: boolean;
  readonly maxViewers: number | null;
  readonly broadcast: string | null;
  readonly targetDuration: number;
};

export function streamSubject({ stream, broadcast }: WatchedStream): Subject {
  const { id, name, policy, position } = stream;
  return {
    id,
    stream: { id, name },
    signed: policy.playback.policy === "signed",
    maxViewers: policy.playback.maxViewers ?? null,
    broadcast: broadcast?.id ?? null,
    targetDuration: position.targetDuration ?? 0,
  };
}

export function assetSubject(id: string, policy: "public" | "signed"): Subject {
  const signed = policy === "signed";
  return { id, stream: null, signed, maxViewers: null, broadcast: null, targetDuration: 0 };
}

/** Why a good token is not for this. A stream may be named by its id or its name. */
export function forbidden(token: PlaybackToken, subject: Subject, kind: string): Fault | undefined {
  const { subject: named, kinds } = token;
  if (named !== subject.id && named !== subject.stream?.name) {
    return new Fault("token_forbidden", "The playback token is for another stream or asset");
  }
  if (kinds && kind !== "embed" && !kinds.includes(kind)) {
    return new Fault("token_forbidden", `The playback token does not allow "${kind}"`);
  }
  return undefined;
}
