import { Fault, hasRenditions } from "@oxbow/contract";
import { beyond, isPart } from "./bounds.ts";
import type { PlaybackToken } from "./playback-token.ts";
import type { WatchedAsset, WatchedStream } from "./ports.ts";

/** What is watched, known to exist. */
export type Subject = {
  readonly id: string;
  readonly stream: { readonly id: string; readonly name: string } | null;
  /** What a token may name: ids, and a stream's name. */
  readonly names: readonly string[];
  readonly signed: boolean;
  readonly maxViewers: number | null;
  readonly broadcast: string | null;
  readonly targetDuration: number;
  /** The quality that all who watch get; null where there may be several. */
  readonly onlyRendition: string | null;
};

export function streamSubject({ stream, broadcast }: WatchedStream): Subject {
  const { id, name, policy, position } = stream;
  return {
    id,
    stream: { id, name },
    names: [id, name],
    signed: policy.playback.policy === "signed",
    maxViewers: policy.playback.maxViewers ?? null,
    broadcast: broadcast?.id ?? null,
    targetDuration: position.targetDuration ?? 0,
    onlyRendition: hasRenditions(policy.ladder) ? null : "source",
  };
}

/**
 * An asset is opened by the token of the stream that it was made of too: what is in it, that token
 * opens in the archive.
 */
export function assetSubject(
  id: string,
  { policy }: WatchedAsset,
  source: WatchedStream | undefined,
): Subject {
  return {
    id,
    stream: null,
    names: source ? [id, source.stream.id, source.stream.name] : [id],
    signed: policy === "signed",
    maxViewers: null,
    broadcast: null,
    targetDuration: 0,
    onlyRendition: null,
  };
}

/** Why a good token is not for this. */
export function forbidden(token: PlaybackToken, subject: Subject, kind: string): Fault | undefined {
  const { subject: named, kinds, bounds } = token;
  if (!subject.names.includes(named)) {
    return new Fault("token_forbidden", "The playback token is for another stream or asset");
  }
  // What of an asset lies in a stretch of time nobody knows: an asset has tokens of its own.
  if (bounds && isPart(bounds) && subject.stream === null && named !== subject.id) return beyond();
  if (kinds && kind !== "embed" && !kinds.includes(kind)) {
    return new Fault("token_forbidden", `The playback token does not allow "${kind}"`);
  }
  return undefined;
}
