import type { CallErrorCode } from "./call-error.ts";

const errors: Readonly<Record<CallErrorCode, string>> = {
  invalid_request: "Something in this form is not right. Check what is marked.",
  not_signed_in: "Your session is over. Sign in again.",
  forbidden: "Your account may not do this.",
  not_found: "This is not here, or not for you to see.",
  conflict: "This was changed meanwhile. Look again and repeat what you wanted.",
  gone: "This is no longer here.",
  too_large: "This is too large.",
  too_many_requests: "Too many tries. Wait a minute.",
  media_server_refused: "The media server refused this.",
  media_server_away: "The media server does not answer. It is tried again by itself.",
  internal: "The site made a mistake. It has been noted; try again.",
  offline: "The site cannot be reached. Check your connection.",
  timeout: "The site did not answer in time. Try again.",
};

export const en = { errors, unknown: "Something went wrong. Try again." };
