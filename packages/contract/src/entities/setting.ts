import { z } from "zod";

/** A setting of the server, as it is in force. */
export const Setting = z
  .object({
    name: z.string().meta({ description: "As in oxbow.json" }),
    variable: z.string().meta({ description: "As in the environment" }),
    origin: z.enum(["environment", "file", "default"]),
    value: z.string().nullable().meta({
      description: "null where it is not set, and where it is secret; passwords in URLs are ***",
    }),
    isSet: z.boolean(),
    isSecret: z.boolean(),
  })
  .meta({ description: "A setting as it is in force, and where it comes from" });

export type Setting = z.infer<typeof Setting>;

export const exampleSetting = {
  name: "httpPort",
  variable: "OXBOW_HTTP_PORT",
  origin: "default",
  value: "8080",
  isSet: true,
  isSecret: false,
} satisfies Setting;
