export { type Probed, probeFiles } from "./probe-files.ts";
