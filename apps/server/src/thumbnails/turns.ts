import { Fault } from "@oxbow/contract";

/** Lets one piece of work run at a time, and a few wait. */
export class Turns {
  readonly #most: number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @param most that may wait; further ones are refused with Fault `unavailable` */
  constructor(most: number) {
    this.#most = most;
  }

  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#waiting >= this.#most) {
      throw new Fault("unavailable", "Too many pictures are being made: ask again");
    }
    this.#waiting += 1;
    const turn = this.#last.then(work, work);
    this.#last = turn;
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }
}
