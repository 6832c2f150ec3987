import assert from "node:assert/strict";
import { test } from "node:test";
import { linkParts } from "./link-parts.ts";

test("addresses in a text are links, and what stands around them is not", () => {
  assert.deepEqual(linkParts("See https://a.example/x?y=1. Or (http://b.example/(z))!"), [
    { text: "See " },
    { text: "https://a.example/x?y=1", href: "https://a.example/x?y=1" },
    { text: ". Or (" },
    { text: "http://b.example/(z))", href: "http://b.example/(z))" },
    { text: "!" },
  ]);
  assert.deepEqual(linkParts("(https://a.example)"), [
    { text: "(" },
    { text: "https://a.example", href: "https://a.example" },
    { text: ")" },
  ]);
});

test("what a browser would run is no link", () => {
  const text = "javascript:alert(1) data:text/html,x https://";
  assert.deepEqual(linkParts(text), [{ text }]);
  assert.deepEqual(linkParts(""), []);
});
