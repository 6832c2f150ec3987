export { tellUpdate } from "./tell-update.ts";
