import { type Event, verifyWebhook, WebhookError } from "@oxbow/sdk";
import type { World } from "../world.ts";

/** Seconds that a signature may be old, or the clocks apart (Standard Webhooks). */
const TOLERANCE_S = 300;
/** The least time between two new secrets, milliseconds: anybody may send what is signed wrongly. */
const ROTATE_EVERY_MS = 3_600_000;

/** Of many that are refused the log has one in so many milliseconds. */
const LOG_EVERY_MS = 10_000;

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export type HookGuardOptions = {
  readonly world: World;
  /** The secrets that a webhook may be signed with now. */
  readonly secrets: () => Promise<readonly string[]>;
};

/** Lets in what the media server has signed, and learns from what it refuses. */
export class HookGuard {
  readonly #options: HookGuardOptions;
  #refused = 0;
  #loggedAt = Number.NEGATIVE_INFINITY;
  readonly #signatures = { right: 0, wrong: 0 };
  #before = { right: 0, wrong: 0, log: 0 };
  #rotatedAt = Number.NEGATIVE_INFINITY;
  /** Seconds that this clock was ahead at the newest webhook; 0 where it was near enough. */
  #apart: number | undefined;
  #toldApart: number | undefined;

  constructor(options: HookGuardOptions) {
    this.#options = options;
  }

  /** Webhooks that were not believed, since the start of this process. */
  get refused(): number {
    return this.#refused;
  }

  /** The event of a webhook that is to be believed, or the status that refuses it. */
  async admit(body: Uint8Array, headers: Headers): Promise<Event | 400 | 401 | 503> {
    const { world, secrets } = this.#options;
    const secret = await secrets();
    // Not registered as yet: whoever sends may come again.
    if (secret.length === 0) return 503;
    try {
      // Of its age first of all when the media server has signed it: what anybody sends says nothing.
      const event = await verifyWebhook({ secret, headers, body, tolerance: Infinity });
      this.#signatures.right += 1;
      const age = world.now() / 1000 - Number(headers["webhook-timestamp"]);
      const isNear = Math.abs(age) <= TOLERANCE_S;
      this.#apart = isNear ? 0 : Math.round(age);
      if (isNear) return event;
      this.#refuse(new WebhookError(`The clocks are ${Math.round(age)} s apart`));
      return 401;
    } catch (err) {
      this.#refuse(err);
      if (!(err instanceof WebhookError)) return 400;
      this.#signatures.wrong += 1;
      return 401;
    }
  }

  /**
   * Whether the media server signs with a secret that is not ours: since the last question, webhooks were
   * refused for their signature, none had a right one, and the log had news. `log`: how many events have
   * come by the log. True at most once an hour.
   */
  isSecretLost(log: number): boolean {
    const now = this.#options.world.now();
    const { right, wrong, log: known } = this.#before;
    const { right: rightNow, wrong: wrongNow } = this.#signatures;
    this.#before = { ...this.#signatures, log };
    const isLost = wrongNow > wrong && rightNow === right && log > known;
    if (!isLost || now - this.#rotatedAt < ROTATE_EVERY_MS) return false;
    this.#rotatedAt = now;
    return true;
  }

  /** By how many seconds the clocks are apart, where that is news; 0: not too far. */
  clockNews(): number | undefined {
    const [now, told] = [this.#apart, this.#toldApart];
    const isKnown = told !== undefined && (now === 0) === (told === 0);
    if (now === undefined || isKnown) return undefined;
    this.#toldApart = now;
    return now;
  }

  #refuse(err: unknown): void {
    const { world } = this.#options;
    this.#refused += 1;
    if (Math.abs(world.now() - this.#loggedAt) < LOG_EVERY_MS) return;
    this.#loggedAt = world.now();
    world.log.warn({ err, refused: this.#refused }, "a webhook is refused");
  }
}
