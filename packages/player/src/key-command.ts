/** What a key asks of the player. */
export type KeyCommand =
  | { readonly do: "play" | "mute" | "fullscreen" | "captions" | "pip" | "help" | "home" | "end" }
  /** By so many seconds. */
  | { readonly do: "seek"; readonly by: number }
  /** By a part of the full volume. */
  | { readonly do: "volume"; readonly by: number }
  /** To a part of the whole time. */
  | { readonly do: "jump"; readonly to: number };

const commands: Readonly<Record<string, KeyCommand>> = {
  " ": { do: "play" },
  k: { do: "play" },
  j: { do: "seek", by: -10 },
  l: { do: "seek", by: 10 },
  arrowleft: { do: "seek", by: -5 },
  arrowright: { do: "seek", by: 5 },
  arrowup: { do: "volume", by: 0.05 },
  arrowdown: { do: "volume", by: -0.05 },
  m: { do: "mute" },
  f: { do: "fullscreen" },
  c: { do: "captions" },
  i: { do: "pip" },
  home: { do: "home" },
  end: { do: "end" },
  "?": { do: "help" },
};

/**
 * What a key of the player asks; undefined where it asks nothing, or belongs to the browser.
 *
 * @param key as in `KeyboardEvent.key`
 * @param modified whether Control, Alt or Meta are held
 */
export function keyCommand(key: string, modified: boolean): KeyCommand | undefined {
  if (modified) return undefined;
  if (/^[0-9]$/.test(key)) return { do: "jump", to: Number(key) / 10 };
  return commands[key.toLowerCase()];
}
