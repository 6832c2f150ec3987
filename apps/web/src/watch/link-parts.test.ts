import assert from "node:assert/strict";
import { test } from "node:test";
import { linkParts } from "./link-parts.ts";

test("addresses in a text are links, and what stands around them is not", () => {
  assert.deepEqual(linkParts("See https://a.example/x?y=1. Or (http://b.example/(z))!"), [
    { text: "See ", at: 0 },
    { text: "https://a.example/x?y=1", href: "https://a.example/x?y=1", at: 4 },
    { text: ". Or (", at: 27 },
    { text: "http://b.example/(z))", href: "http://b.example/(z))", at: 33 },
    { text: "!", at: 54 },
  ]);
  assert.deepEqual(linkParts("(https://a.example)"), [
    { text: "(", at: 0 },
    { text: "https://a.example", href: "https://a.example", at: 1 },
    { text: ")", at: 18 },
  ]);
});

test("what a browser would run is no link", () => {
  const text = "javascript:alert(1) data:text/html,x https://";
  assert.deepEqual(linkParts(text), [{ text, at: 0 }]);
  assert.deepEqual(linkParts(""), []);
});
