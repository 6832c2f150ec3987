import assert from "node:assert/strict";
import type { Store } from "../store/index.ts";
import { storeTest } from "../store/store-for-tests.ts";
import { toAlert } from "./alert-row.ts";
import { alertText } from "./alert-text.ts";
import { alertsOfOthers } from "./alerts-of-others.ts";

const open = async ({ db }: Store) =>
  (await db.selectFrom("alerts").selectAll().where("open_key", "is not", null).execute()).map(
    toAlert,
  );

storeTest("clocks that are apart call for an operator until they no longer are", async (on) => {
  const { store, world } = on;
  const { onClocks } = alertsOfOthers(world);
  await store.commit((tx) => onClocks(tx, -400));
  const [alert, ...others] = await open(store);
  assert.ok(alert !== undefined && others.length === 0);
  const { title, advice } = alertText(alert, "en");
  assert.deepEqual(
    [alert.severity, title, advice],
    [
      "critical",
      "The clocks of the site and of the media server are 400 s apart",
      "Webhooks are refused for it, and pages follow minutes late. Set both clocks by NTP.",
    ],
  );
  await store.commit((tx) => onClocks(tx, 0));
  assert.deepEqual(await open(store), []);
});
