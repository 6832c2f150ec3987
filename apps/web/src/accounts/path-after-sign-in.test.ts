import assert from "node:assert/strict";
import { test } from "node:test";
import { pathAfterSignIn } from "./path-after-sign-in.ts";

test("after signing in, nobody is sent to another site", () => {
  const origin = "https://site.test";
  const after = (next: string) => pathAfterSignIn(`?${new URLSearchParams({ next })}`, origin);
  assert.deepEqual(
    [
      "/studio?tab=1#a",
      "https://evil.test/",
      "//evil.test/x",
      "/\\evil.test",
      "javascript:alert(1)",
      "",
    ].map(after),
    ["/studio?tab=1#a", "/", "/", "/", "/", "/"],
  );
  assert.equal(pathAfterSignIn("", origin), "/");
});
