import { z } from "zod";
import { AlertDelivery } from "../alerts/alert.ts";

/** A setting in force. */
export const ToldSetting = z.object({
  name: z.string(),
  /** Its name in the environment. */
  variable: z.string(),
  origin: z.enum(["environment", "file", "default"]),
  /** Null where it is not set, and where it is secret. */
  value: z.string().nullable(),
  isSet: z.boolean(),
  isSecret: z.boolean(),
});

export type ToldSetting = z.infer<typeof ToldSetting>;

export const SettingsView = z.object({
  platform: z.array(ToldSetting),
  /** Null where the media server does not answer. */
  server: z.array(ToldSetting).nullable(),
  mailWorks: z.boolean(),
  /** Told of alerts besides operators. */
  addresses: z.array(z.string()),
  webhook: z.object({
    /** Null: none is set. */
    url: z.string().nullable(),
    /** When its secret was made; null: as yet never. */
    secretMadeAt: z.iso.datetime().nullable(),
    /** The last messages, the newest first. */
    deliveries: z.array(AlertDelivery),
  }),
});

export type SettingsView = z.infer<typeof SettingsView>;
