import { z } from "zod";

/** A moment as the API tells it: RFC 3339, UTC, milliseconds. */
export const time = z.iso
  .datetime({ precision: 3 })
  .meta({ description: "RFC 3339, UTC, with milliseconds" });

/** The last millisecond of the year 9999, where RFC 3339 ends. */
const LATEST = 253_402_300_799_999;

const FORM = 'give a time like "2026-03-01T20:00:00.000Z", or Unix milliseconds';

/**
 * A moment as the API takes it: RFC 3339 with any offset, or Unix milliseconds (in a query, digits).
 * Read as Unix milliseconds.
 */
export const instant = z
  .preprocess(
    (value: string | number) =>
      typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value,
    z
      .union([z.int().min(0).max(LATEST), z.iso.datetime({ offset: true, error: FORM })], {
        error: FORM,
      })
      .transform((value) => (typeof value === "number" ? value : Date.parse(value))),
  )
  .meta({ description: "RFC 3339, or Unix milliseconds" });
