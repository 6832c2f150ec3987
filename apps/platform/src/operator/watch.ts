import { keepAlert, resolveAlert, resolveAlerts } from "../alerts/index.ts";
import type { Tx } from "../store/index.ts";
import { scheduleTask, type TaskHandlers } from "../tasks/index.ts";
import type { World } from "../world.ts";
import type { OperatorParts } from "./operator-parts.ts";
import { addressesOf } from "./overview.ts";

const WATCH = "operator.watch";
const EVERY_MS = 60_000;
/** A certificate that ends sooner needs somebody. */
const WARN_MS = 14 * 24 * 3_600_000;
const CRITICAL_MS = 3 * 24 * 3_600_000;

type WatchParts = Pick<
  OperatorParts,
  "store" | "world" | "client" | "certificates" | "siteUrl" | "told"
>;

const AWAY = { kind: "media_server_away", key: "media" } as const;

/** Looks every minute at what no event tells: whether the media server is there, certificates, sinks. */
export function operatorTasks(parts: WatchParts): TaskHandlers {
  const { store, world } = parts;
  return {
    [WATCH]: async () => {
      // Before the looks: whatever becomes of them, there is a next time.
      await store.commit((tx) => scheduleWatch(tx, world, world.now() + EVERY_MS));
      await watchMedia(parts);
      await watchCertificates(parts);
    },
  };
}

/** Begins to watch, a minute after the start. */
export function scheduleWatch(tx: Tx, world: World, at: number): Promise<void> {
  return scheduleTask(tx, world, { kind: WATCH, key: "watch", payload: null, at });
}

async function watchMedia({ store, world, client }: WatchParts): Promise<void> {
  try {
    const { items } = await client.sinks.list({ limit: 100 });
    const disabled = new Set(items.filter(({ enabled }) => !enabled).map(({ id }) => id));
    await store.commit(async (tx) => {
      await resolveAlert(tx, world, AWAY);
      // One that was enabled or removed elsewhere needs nobody any more.
      await resolveAlerts(tx, world, "sink_disabled", (sink) => !disabled.has(sink));
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await store.commit((tx) =>
      keepAlert(tx, world, { ...AWAY, severity: "critical", data: { message } }),
    );
  }
}

async function watchCertificates(parts: WatchParts): Promise<void> {
  const { store, world, certificates } = parts;
  for (const { host, expiresAt } of await certificates.look(addressesOf(parts))) {
    if (expiresAt === null) continue;
    const left = Date.parse(expiresAt) - world.now();
    const alert = { kind: "certificate_expiring", key: host } as const;
    await store.commit((tx) =>
      left > WARN_MS
        ? resolveAlert(tx, world, alert)
        : keepAlert(tx, world, {
            ...alert,
            severity: left > CRITICAL_MS ? "warning" : "critical",
            data: { host, expiresAt },
          }),
    );
  }
}
