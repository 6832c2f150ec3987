import { parentPort } from "node:worker_threads";
import { diskFailure } from "./copy-failure.mjs";

/** @import { CopyOrder, ThreadAnswer } from "./copy-order.ts" */

/**
 * Answers each order that this thread is given, one after another.
 * @template Value
 * @param {string} doing begins what is told of a failure that nobody named
 * @param {(order: CopyOrder) => Value | undefined} work undefined: it was told to stop
 */
export function serveOrders(doing, work) {
  parentPort?.on("message", (/** @type {CopyOrder} */ order) => {
    parentPort?.postMessage(answer(order), []);
  });

  /**
   * @param {CopyOrder} order
   * @returns {ThreadAnswer<Value>}
   */
  function answer(order) {
    try {
      return { ok: true, value: work(order) };
    } catch (error) {
      const { code, message } = diskFailure(error, doing, "target");
      return { ok: false, code, message };
    }
  }
}
