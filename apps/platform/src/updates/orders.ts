/** Types of updates that are for the server's own sockets, in every process, and for no page. */
export const SESSION_CHANGED = "updates.session";
export const LISTENERS_CHANGED = "updates.listeners";

/** Whether an update is such an order. */
export const isOrder = (type: string): boolean =>
  type === SESSION_CHANGED || type === LISTENERS_CHANGED;

/** Told to a person's pages by accounts, as a role changes or somebody is suspended: pages hear it, too. */
export const PERSON_CHANGED = "person.changed";
