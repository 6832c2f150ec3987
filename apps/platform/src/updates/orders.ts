/** Types of updates that are for the server's own sockets, in every process, and for no page. */
export const SESSION_CHANGED = "updates.session";
export const LISTENERS_CHANGED = "updates.listeners";

/** Whether an update is such an order. */
export const isOrder = (type: string): boolean =>
  type === SESSION_CHANGED || type === LISTENERS_CHANGED;
