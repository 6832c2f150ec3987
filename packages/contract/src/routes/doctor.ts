import { z } from "zod";
import { Doctor, exampleDoctor } from "../entities/index.ts";
import { none, type Route } from "./route.ts";

/** What the machine can do. */
export const doctorRoutes = {
  "doctor.get": {
    method: "GET",
    path: "/doctor",
    scope: "read",
    params: none,
    query: z.strictObject({
      measure: z.literal("now").optional().meta({
        description: "Measures again, which takes the machine for some seconds; needs scope admin",
      }),
    }),
    response: { status: 200, schema: Doctor },
    errors: ["limit_reached"],
    summary: "Tell what this machine can encode",
    description:
      "Encoders that work here, how fast they are, and how many streams may have which ladder. Measured by short encodes when that is asked for, and kept until the server stops; without figures before.",
    example: { response: exampleDoctor },
  },
} as const satisfies Record<string, Route>;
