/** What this package refuses by itself: a queue that is full, a wait that is over, a use that is wrong. */
export type RefusalCode = "unavailable" | "internal";

/** Makes the error for a refusal; programs have their own classes. */
export type Refuse = (code: RefusalCode, message: string) => Error;

/** A refusal, where a program does not make its own. */
export class DatabaseRefusal extends Error {
  override readonly name = "DatabaseRefusal";
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

export const refuse: Refuse = (code, message) => new DatabaseRefusal(code, message);
