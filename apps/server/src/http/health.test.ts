import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { createHealth, type ReadyCheck } from "./health.ts";
import { stillWorld } from "./serve-for-tests.ts";

/** What `/readyz` says of these checks. */
async function readiness(checks: readonly ReadyCheck[]): Promise<[status: number, body: unknown]> {
  const health = createHealth(checks, stillWorld());
  const server = createServer((request, response) => void health.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    const answer = await fetch(`http://127.0.0.1:${address.port}/readyz`);
    return [answer.status, await answer.json()];
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const check = (name: string, problem: string | null): ReadyCheck => ({
  name,
  check: async () => problem,
});

test("a server is ready where all is right", async () => {
  assert.deepEqual(await readiness([check("disk", null), check("database", null)]), [
    200,
    { ready: true, draining: false, degraded: false, checks: { disk: "ok", database: "ok" } },
  ]);
});

test("what the server can do without degrades it, and what it can't makes it unready", async () => {
  const transcoder = { ...check("transcoder", "no encoder works"), dispensable: true } as const;
  const degraded = { ready: true, draining: false, degraded: true };
  assert.deepEqual(await readiness([check("disk", null), transcoder]), [
    200,
    { ...degraded, checks: { disk: "ok", transcoder: "no encoder works" } },
  ]);
  assert.deepEqual(await readiness([check("disk", "it is full"), transcoder]), [
    503,
    { ...degraded, ready: false, checks: { disk: "it is full", transcoder: "no encoder works" } },
  ]);
});
