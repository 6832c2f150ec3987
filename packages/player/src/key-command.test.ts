import assert from "node:assert/strict";
import { test } from "node:test";
import { keyCommand } from "./key-command.ts";

test("keys ask what people expect of a player, in either case", () => {
  assert.deepEqual(
    [" ", "K", "j", "L", "ArrowLeft", "ArrowUp", "7", "0", "Home", "?"].map((key) =>
      keyCommand(key, false),
    ),
    [
      { do: "play" },
      { do: "play" },
      { do: "seek", by: -10 },
      { do: "seek", by: 10 },
      { do: "seek", by: -5 },
      { do: "volume", by: 0.05 },
      { do: "jump", to: 0.7 },
      { do: "jump", to: 0 },
      { do: "home" },
      { do: "help" },
    ],
  );
});

test("what the browser means by a key, and keys without a meaning, are left alone", () => {
  assert.deepEqual(
    [keyCommand("f", true), keyCommand("Tab", false), keyCommand("x", false)],
    [undefined, undefined, undefined],
  );
});
