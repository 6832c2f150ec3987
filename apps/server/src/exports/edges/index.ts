export { type CopyTools, checkCopy, type PreparedCopy, prepareCopy } from "./prepare-copy.ts";
