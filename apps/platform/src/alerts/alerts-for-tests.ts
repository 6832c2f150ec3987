import type { AlertSeverity } from "@oxbow/site-contract";
import type { Store } from "../store/index.ts";
import type { World } from "../world.ts";
import { raiseAlert } from "./raise-alert.ts";

/** The sink that tests are about. */
export const SINK = { kind: "sink_disabled", key: "snk_1" } as const;

/** Raises its alert. */
export function raiseSink(
  store: Store,
  world: World,
  severity: AlertSeverity = "critical",
  status = 410,
): Promise<void> {
  const data = { url: "http://hooks.test/", reason: "gone", status };
  return store.commit((tx) =>
    raiseAlert(tx, world, { ...SINK, severity, about: { sink: SINK.key }, data }),
  );
}

/** Somebody with an account. */
export async function addPerson(
  store: Store,
  id: string,
  more: {
    readonly role: "viewer" | "streamer" | "operator";
    readonly language?: "en" | "pt-BR";
    readonly suspended?: number;
  },
): Promise<void> {
  const at = "2026-03-01T20:00:00.000Z";
  await store.commit((tx) =>
    tx
      .insertInto("people")
      .values({
        id,
        name: id,
        email: `${id}@site.test`,
        image: null,
        language: "en",
        created_at: at,
        updated_at: at,
        ...more,
      })
      .execute(),
  );
}
