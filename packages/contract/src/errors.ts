/** What a code means to HTTP and to a job: its status, its title, and whether trying again can help. */
export type ErrorEntry = {
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
};

const entry = (status: number, title: string, retryable = false): ErrorEntry => ({
  status,
  title,
  retryable,
});

/** Every error code of the product, in one place. Codes are never renamed and never reused. */
export const errors = {
  // Requests
  invalid_request: entry(400, "The request is not as the contract says"),
  unauthorized: entry(401, "A key is needed"),
  forbidden: entry(403, "This key may not do that"),
  not_found: entry(404, "There is no such thing"),
  method_not_allowed: entry(405, "This path does not take that method"),
  conflict: entry(409, "The state does not allow it"),
  idempotency_conflict: entry(409, "The idempotency key was used for another request"),
  payload_too_large: entry(413, "The body is too large"),
  unsupported_media_type: entry(415, "The body is not JSON"),
  range_not_satisfiable: entry(416, "The range lies outside"),
  header_too_large: entry(431, "The head of the request is too large"),
  request_timeout: entry(408, "The request took too long to come", true),
  rate_limited: entry(429, "Too many requests", true),
  internal: entry(500, "The server is at fault", true),
  unavailable: entry(503, "Not now", true),
  // Streams and publishing
  stream_unknown: entry(404, "There is no such stream"),
  stream_name_taken: entry(409, "Another stream has this name"),
  stream_offline: entry(404, "The stream is not on air"),
  stream_live: entry(409, "The stream is on air"),
  broadcast_unknown: entry(404, "There is no such broadcast"),
  key_unknown: entry(403, "No stream has this key"),
  already_live: entry(409, "Another encoder is publishing to this stream"),
  codec_unsupported: entry(415, "The codec is not carried"),
  limit_reached: entry(503, "A limit of the server is reached", true),
  refused_by_callback: entry(403, "The operator's own program refuses"),
  // Playback
  token_missing: entry(401, "A playback token is needed"),
  token_expired: entry(401, "The playback token has expired"),
  token_invalid: entry(401, "The playback token is not valid"),
  token_forbidden: entry(403, "The playback token is for something else"),
  viewer_limit: entry(429, "As many watch as may", true),
  viewer_refused: entry(403, "This viewer was sent away"),
  playback_key_unknown: entry(404, "There is no such playback key"),
  // Archive and exports
  range_invalid: entry(400, "The range is not a range"),
  range_too_short: entry(422, "The range is too short"),
  range_without_media: entry(422, "There is no media in the range"),
  range_evicted: entry(410, "The media was removed by retention"),
  range_in_future: entry(422, "The range lies beyond the end of the broadcast"),
  range_has_gap: entry(422, "The range has a gap"),
  range_changes_codec: entry(422, "The codec configuration changes in the range"),
  range_pinned: entry(409, "The range is pinned"),
  pin_unknown: entry(404, "There is no such pin"),
  marker_unknown: entry(404, "There is no such marker"),
  export_unknown: entry(404, "There is no such export"),
  export_finished: entry(409, "The export has ended"),
  export_unfinished: entry(409, "The export has not ended"),
  export_aborted: entry(409, "The export was aborted"),
  export_mode_unsupported: entry(422, "This way of exporting is not offered"),
  rendition_unknown: entry(404, "There is no such quality"),
  encoder_missing: entry(503, "This machine has no encoder for it"),
  encoder_failed: entry(500, "The encoder gave up", true),
  export_verification_failed: entry(500, "The file made is not the file planned", true),
  source_media_lost: entry(500, "Media of the range is gone from the disk"),
  storage_full: entry(507, "The disk is full", true),
  storage_failed: entry(500, "The disk refuses", true),
  worker_died: entry(500, "The worker ended before its work", true),
  // Assets
  asset_unknown: entry(404, "There is no such asset"),
  asset_not_ready: entry(409, "The asset can't be played as yet, or never", true),
  upload_unknown: entry(404, "There is no such upload, or no more"),
  upload_expired: entry(410, "The upload was not finished in time"),
  checksum_mismatch: entry(400, "The bytes are not those that were sent"),
  subtitle_unknown: entry(404, "There is no such subtitle"),
  asset_in_use: entry(409, "The asset is in use"),
  media_unreadable: entry(422, "The file can't be read as media"),
  // Events
  sink_unknown: entry(404, "There is no such sink"),
  sink_refused: entry(502, "The sink does not take the event", true),
  delivery_unknown: entry(404, "There is no such delivery"),
  session_unknown: entry(404, "There is no such session"),
  api_key_unknown: entry(404, "There is no such API key"),
} as const satisfies Record<string, ErrorEntry>;
