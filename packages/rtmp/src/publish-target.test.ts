import assert from "node:assert/strict";
import { test } from "node:test";
import { publishTarget } from "./publish-target.ts";

const tc = "rtmp://host:1935/live";

/** [app, tcUrl, name] and what is found: [app, key, query]. */
const cases: [string, [string, string, string], [string, string, string]][] = [
  ["key alone", ["live", tc, "KEY"], ["live", "KEY", ""]],
  ["key?query", ["live", tc, "KEY?a=1&b=2"], ["live", "KEY", "a=1&b=2"]],
  ["name?key=KEY", ["live", tc, "story?key=KEY"], ["live", "story", "key=KEY"]],
  [
    "whole URL in OBS's Server field with an empty key",
    ["live/KEY", "rtmp://host/live/KEY", ""],
    ["live", "KEY", ""],
  ],
  [
    "whole URL with a query in OBS's Server field",
    ["live/story?key=KEY", "rtmp://host/live/story?key=KEY", ""],
    ["live", "story", "key=KEY"],
  ],
  ["empty app", ["", "rtmp://host/", "KEY"], ["", "KEY", ""]],
  ["empty app and key: the path of tcUrl", ["", "rtmp://host/live/KEY", ""], ["live", "KEY", ""]],
  ["one path part only, as ffmpeg sends it", ["KEY", "rtmp://host/KEY", ""], ["", "KEY", ""]],
  ["an app of two parts", ["a/b", "rtmp://host/a/b", "KEY"], ["a/b", "KEY", ""]],
  ["an app with a slash at its end", ["live/", `${tc}/`, "KEY"], ["live", "KEY", ""]],
  ["a path in the key field", ["", "rtmp://host", "live/KEY"], ["live", "KEY", ""]],
  ["a URL in the key field", ["", "rtmp://host", `${tc}/KEY?a=1`], ["live", "KEY", "a=1"]],
  [
    "a query of the app and of the name",
    ["live?a=1", `${tc}?a=1`, "KEY?b=2"],
    ["live", "KEY", "a=1&b=2"],
  ],
  ["nothing at all", ["", "", ""], ["", "", ""]],
];

for (const [what, said, found] of cases) {
  test(`the key is found: ${what}`, () => {
    const { app, streamKey, query } = publishTarget(...said);
    assert.deepEqual([app, streamKey, query.toString()], found);
  });
}
