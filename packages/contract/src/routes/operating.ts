import { z } from "zod";
import { exampleSetting, exampleStorage, Setting, Storage } from "../entities/index.ts";
import { none, type Route } from "./route.ts";

/** What whoever runs the server asks of it. */
export const operatingRoutes = {
  "storage.get": {
    method: "GET",
    path: "/storage",
    scope: "read",
    params: none,
    query: none,
    response: { status: 200, schema: Storage },
    errors: [],
    summary: "Tell what fills the disk",
    description: "Free space and its forecast, the archive by streams, and the assets.",
    example: { response: exampleStorage },
  },
  "settings.get": {
    method: "GET",
    path: "/settings",
    scope: "admin",
    params: none,
    query: none,
    response: { status: 200, schema: z.object({ items: z.array(Setting) }) },
    errors: [],
    summary: "Tell the settings in force",
    description:
      "With the origin of each: environment, oxbow.json or default. Secrets are not told, only whether they are set.",
    example: { response: { items: [exampleSetting] } },
  },
} as const satisfies Record<string, Route>;
