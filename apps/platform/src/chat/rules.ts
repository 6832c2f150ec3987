import type { ChatRole } from "@oxbow/site-contract";

/** Why a message is not taken. A page has a text for each. */
export type Refusal =
  | "chat_off"
  | "chat_over"
  | "banned"
  | "timed_out"
  | "slow_mode"
  | "too_fast"
  | "duplicate"
  | "blocked_word";

export type RoomRules = {
  readonly on: boolean;
  readonly slowSeconds: number;
  readonly words: readonly string[];
};

/** A person in a room, as far as the rules ask. Times are Unix milliseconds. */
export type Writer = {
  readonly role: ChatRole;
  /** `until` null: for ever. */
  readonly ban: { readonly until: number | null } | null;
  /** Own messages of the room, newest first; deleted ones too, as deleting gives no second try. */
  readonly recent: readonly { readonly at: number; readonly text: string }[];
};

/** So many messages in so many milliseconds. */
const BURST = 5;
const BURST_MS = 10_000;
/** The same text again within this time says nothing new. */
const DUPLICATE_MS = 30_000;
/** How far behind what is live the pages of a room usually are. */
const USUALLY_BEHIND_MS = 60_000;
/** A clock of an encoder may run ahead of ours by this. */
const AHEAD_MS = 10_000;

/** Whether a person is banned, or for how long timed out. */
export function banNow(
  ban: Writer["ban"],
  now: number,
): "banned" | { readonly until: number } | null {
  if (ban === null) return null;
  if (ban.until === null) return "banned";
  return ban.until > now ? { until: ban.until } : null;
}

/** When slow mode lets a person write again; null: now. Who moderates is not slowed. */
export function nextAt(
  rules: Pick<RoomRules, "slowSeconds">,
  writer: Pick<Writer, "role" | "recent">,
  now: number,
): number | null {
  const last = writer.recent[0];
  if (writer.role !== null || rules.slowSeconds === 0 || last === undefined) return null;
  const next = last.at + rules.slowSeconds * 1000;
  return next > now ? next : null;
}

/** Whether a message is taken: null, or why not. */
export function refusalOf(
  room: { readonly rules: RoomRules; readonly isOver: boolean },
  writer: Writer,
  text: string,
  now: number,
): Refusal | null {
  const { rules } = room;
  if (room.isOver) return "chat_over";
  const ban = banNow(writer.ban, now);
  if (ban === "banned") return "banned";
  if (ban !== null) return "timed_out";
  const burst = writer.recent.filter(({ at }) => at > now - BURST_MS);
  if (burst.length >= BURST) return "too_fast";
  if (writer.role !== null) return null;
  if (!rules.on) return "chat_off";
  if (nextAt(rules, writer, now) !== null) return "slow_mode";
  const same = comparable(text);
  const isSaid = writer.recent.some(
    (said) => said.at > now - DUPLICATE_MS && comparable(said.text) === same,
  );
  if (isSaid) return "duplicate";
  return hasBlockedWord(text, rules.words) ? "blocked_word" : null;
}

/** A text without what does not change what it says: case, accents, width, spaces. */
export function comparable(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** Whether one of the words stands in a text, as a word or a phrase of its own. */
export function hasBlockedWord(text: string, words: readonly string[]): boolean {
  const told = ` ${wordsOf(text)} `;
  return words.some((word) => {
    const blocked = wordsOf(word);
    return blocked !== "" && told.includes(` ${blocked} `);
  });
}

/** The words of a text with one space between; of one without any, such as an emoji, the text. */
function wordsOf(text: string): string {
  const plain = comparable(text);
  const words = plain.replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
  return words === "" ? plain : words;
}

/**
 * The moment of the broadcast that a message is about: what its author sees, where that is about
 * live; else what is live, as one who watches an hour ago still talks to those who are here.
 */
export function mediaTime(told: number | undefined, now: number): number {
  if (told === undefined) return now;
  return told >= now - USUALLY_BEHIND_MS && told <= now + AHEAD_MS ? told : now;
}

/** Whether one may delete the words of another, time out or ban: those above, and moderators the audience. */
export function mayModerate(by: ChatRole, whom: ChatRole): boolean {
  const rank = { operator: 3, owner: 2, moderator: 1 };
  if (by === null) return false;
  return rank[by] > (whom === null ? 0 : rank[whom]);
}
