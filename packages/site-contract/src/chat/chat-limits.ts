/** The longest text of a message, in UTF-16 units. */
export const MESSAGE_LIMIT = 500;

/** Why a message is reported. */
export const reportReasons = ["spam", "harassment", "hate", "sexual", "danger", "other"] as const;
