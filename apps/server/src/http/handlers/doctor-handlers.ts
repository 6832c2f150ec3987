import { type Doctor, Fault, type Told } from "@oxbow/contract";
import type { Handlers } from "../api/index.ts";

/** Who knows what this machine can encode. */
export interface DoctorPort {
  /** What was measured last; with `again`, what is measured now. Fault `limit_reached` where that is under way. */
  examine(again: boolean): Promise<Told<Doctor>>;
}

export function doctorHandlers(doctor: DoctorPort): Pick<Handlers, "doctor.get"> {
  return {
    "doctor.get": ({ query, auth }) => {
      const again = query.measure === "now";
      // It takes processors away from what is on air.
      if (again && auth.key.scope !== "admin") {
        throw new Fault("forbidden", "Measuring again needs a key of scope admin", {
          field: "measure",
        });
      }
      return doctor.examine(again);
    },
  };
}
