import { signPlayback, withToken } from "@oxbow/sdk";
import type { TaskHandlers } from "../tasks/index.ts";
import { playbackGrant, TOKEN_SECONDS } from "./playback-grant.ts";
import { playbackUrls } from "./playback-urls.ts";
import type { PlaybackOf, PlaybackWish } from "./playback-wish.ts";
import { POLICY_TASK, Policies, type PolicyParts } from "./policies.ts";
import type { PolicySubject } from "./policy-facts.ts";
import { SigningKey, type SigningKeyParts } from "./signing-key.ts";

/** Assets whose files are known. */
const FILES = 1_000;

export type PlaybackParts = Omit<PolicyParts, "client"> & {
  readonly client: PolicyParts["client"] & SigningKeyParts["client"];
  /** What browsers call the media server: `https://media.example`, without a slash at its end. */
  readonly mediaUrl: string;
};

/** Where videos are played, the tokens for it, and the policies that ask for them. */
export class Playback {
  readonly #parts: PlaybackParts;
  readonly #key: SigningKey;
  readonly #policies: Policies;
  readonly #files = new Map<string, string>();

  constructor(parts: PlaybackParts) {
    this.#parts = parts;
    this.#key = new SigningKey(parts);
    this.#policies = new Policies(parts);
  }

  /**
   * Addresses for somebody who may watch, which is the caller's decision; with a token for a quarter of
   * an hour where the video is private or the media server asks for one. Undefined where the wish names
   * nothing to play. Throws OxbowError where a key has to be made and the media server is away.
   */
  async of(wish: PlaybackWish): Promise<PlaybackOf | undefined> {
    const { mediaUrl, world } = this.#parts;
    const file = wish.what === "file" && wish.asset ? await this.#fileOf(wish.asset.id) : undefined;
    const urls = playbackUrls(wish, mediaUrl, file);
    const grant = playbackGrant(wish);
    if (urls === undefined || grant === undefined) return undefined;
    if (!wish.signed && !(await this.#policies.needsToken(subjectOf(grant.sub)))) return urls;
    const { kid, secret } = await this.#key.get();
    const now = world.now();
    const token = await signPlayback({ ...grant, kid, key: secret, expiresIn: TOKEN_SECONDS, now });
    const signed = Object.entries(urls).map(([name, value]) => [
      name,
      value.startsWith(mediaUrl) ? withToken(value, token) : value,
    ]);
    return { ...urls, ...Object.fromEntries(signed), token, expiresAt: expiryOf(now) };
  }

  /** The name of an asset's first file, which never changes; that of most, where nobody can be asked. */
  async #fileOf(asset: string): Promise<string | undefined> {
    const known = this.#files.get(asset);
    if (known !== undefined) return known;
    try {
      const { playback } = await this.#parts.client.assets.get(asset);
      const name = new URL(playback.mp4).pathname.split("/").at(-1) ?? "";
      const [oldest] = this.#files.keys();
      if (this.#files.size >= FILES && oldest !== undefined) this.#files.delete(oldest);
      this.#files.set(asset, name);
      return name;
    } catch (err) {
      this.#parts.world.log.warn({ err, asset }, "an asset could not be looked at");
      return undefined;
    }
  }

  /** See `Policies.ensureSigned`: to be awaited before anything is made private or planned so. */
  ensureSigned(subject: PolicySubject): Promise<void> {
    return this.#policies.ensureSigned(subject);
  }

  /** The policy task: brings the media server's policy of a `PolicySubject` to what the facts are. */
  follow(payload: unknown): Promise<void> {
    return this.#policies.follow(payload);
  }

  /** For the task runner. */
  get tasks(): TaskHandlers {
    return { [POLICY_TASK]: (payload) => this.follow(payload) };
  }
}

const subjectOf = (sub: string): PolicySubject =>
  sub.startsWith("ast_") ? { asset: sub } : { stream: sub };

/** A token says whole seconds. */
const expiryOf = (now: number): number => (Math.floor(now / 1000) + TOKEN_SECONDS) * 1000;
