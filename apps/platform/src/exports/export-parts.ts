import type { Client } from "@oxbow/sdk";
import type { AlertAbout, AlertData, AlertSeverity } from "@oxbow/site-contract";
import type { Playback } from "../playback/index.ts";
import type { Store, Tx } from "../store/index.ts";
import type { World } from "../world.ts";

type AlertOf<Kind extends "export_failed" | "export_stalled"> = {
  readonly kind: Kind;
  readonly key: string;
  readonly severity: AlertSeverity;
  readonly about: AlertAbout;
  readonly data: AlertData<Kind>;
};

/** How exports call for an operator: alerts know nothing of exports, and exports nothing of alerts. */
export type ExportAlerts = {
  readonly raise: (
    tx: Tx,
    alert: AlertOf<"export_failed"> | AlertOf<"export_stalled">,
  ) => Promise<void>;
  readonly resolve: (
    tx: Tx,
    name: { readonly kind: "export_failed" | "export_stalled"; readonly key: string },
    by?: string,
  ) => Promise<void>;
};

/** What exports need of the others. */
export type ExportParts = {
  readonly store: Store;
  readonly world: World;
  readonly media: Client;
  readonly playback: Pick<Playback, "of">;
  readonly alerts: ExportAlerts;
};
