/** Bytes of a picture that an owner chooses, at most. */
export const MOST_POSTER_BYTES = 512 * 1024;
/** Its pixels. */
export const POSTER_SIZE = { width: 1280, height: 720 } as const;
