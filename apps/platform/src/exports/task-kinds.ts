/** Asks the media server for the file; payload: the wish. */
export const ASK = "exports.ask";
/** Asks again for one that waited for room; payload: the wish. */
export const RETRY = "exports.retry";
/** Asks it to stop; payload: the wish. */
export const ABORT = "exports.abort";
/** Gives the media back to retention; payload: the wish. */
export const RELEASE = "exports.release";
/** Looks after wishes that nothing is heard of, and what is kept for nobody; once a minute. */
export const CARE = "exports.care";
