import { MalformedInput } from "@oxbow/media";

/** Input that may be well formed, but is more than the limits of a connection allow. */
export class LimitExceeded extends MalformedInput {}
