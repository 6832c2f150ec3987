import type { HandlersOf } from "../calls/index.ts";
import { eventHandlers } from "./event-handlers.ts";
import { exportDetail } from "./export-detail.ts";
import { toDoctor } from "./media-views.ts";
import { asked, noteAct, type OperatorParts } from "./operator-parts.ts";
import { viewOverview } from "./overview.ts";
import { sessionHandlers } from "./session-handlers.ts";
import { settingHandlers } from "./setting-handlers.ts";
import { sinkHandlers } from "./sink-handlers.ts";
import { storageHandlers } from "./storage-handlers.ts";

/** What operators see and do. */
export function operatorHandlers(parts: OperatorParts): HandlersOf<"operator"> {
  const { client } = parts;
  return {
    "operator.overview": () => viewOverview(parts),
    "operator.exportDetail": ({ params }) => exportDetail(parts, params.wish),
    ...eventHandlers(parts),
    ...sinkHandlers(parts),
    ...sessionHandlers(parts),
    ...storageHandlers(parts),
    ...settingHandlers(parts),
    "operator.doctor": async () => toDoctor(await asked(() => client.doctor.get())),
    "operator.measure": async ({ caller }) => {
      await noteAct(parts, { caller, action: "encoders.measured", about: "media server" });
      return toDoctor(await asked(() => client.doctor.get({ measure: "now" })));
    },
  };
}
