import type { z } from "zod";

/** A schema of the contract. */
export type Schema = z.ZodType;
/** What may be given where a schema reads. */
export type Input<S extends Schema> = z.input<S>;
/** What a schema makes of it. */
export type Output<S extends Schema> = z.output<S>;
