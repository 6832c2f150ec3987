export { type AlertName, type AlertWish, raiseAlert, resolveAlert } from "./raise-alert.ts";
