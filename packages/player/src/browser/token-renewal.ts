import { expiryOf, tokenIn, withToken } from "../access.ts";

/** Asks whoever embeds the player for a token that is valid. */
export type GetToken = () => Promise<string>;

/** A token is renewed so many milliseconds before it expires. */
const AHEAD = 30_000;
/** A refusal right after a renewal is no reason for the next one. */
const PATIENCE = 5000;
/** Timers of browsers end at 2 ** 31 - 1 ms. */
const LONGEST = 2_000_000_000;

export type TokenRenewal = {
  /** A URL with the token that is valid now. */
  readonly fresh: (url: string) => string;
  /** Begins to renew; false where nobody can. */
  readonly renew: () => boolean;
  close(): void;
};

/** Keeps the token of a source's URLs valid, without a word to the viewer. */
export function renewToken(
  first: string,
  getToken: GetToken | undefined,
  renewed: () => void,
): TokenRenewal {
  let token: string | undefined;
  let asking = false;
  let askedAt = -Infinity;
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const ask = async (from: GetToken): Promise<void> => {
    try {
      token = await from();
      plan(token);
      if (!closed) renewed();
    } catch (problem) {
      console.info("There is no new token", problem);
    } finally {
      asking = false;
    }
  };
  const renew = (): boolean => {
    if (getToken === undefined || closed) return false;
    if (asking || performance.now() - askedAt < PATIENCE) return true;
    asking = true;
    askedAt = performance.now();
    void ask(getToken);
    return true;
  };
  const plan = (current: string | undefined): void => {
    const expiry = current === undefined ? undefined : expiryOf(current);
    if (expiry === undefined || getToken === undefined || closed) return;
    clearTimeout(timer);
    timer = setTimeout(renew, Math.min(LONGEST, Math.max(PATIENCE, expiry - Date.now() - AHEAD)));
  };
  plan(tokenIn(first));
  return {
    fresh: (url) => (token === undefined ? url : withToken(url, token)),
    renew,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
