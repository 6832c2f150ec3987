export { alertAddresses, setAlertAddresses } from "./alert-addresses.ts";
export { alertHandlers } from "./alert-handlers.ts";
export { alertProjection } from "./alert-projection.ts";
export { type AlertOptions, alertTasks } from "./alert-tasks.ts";
export { lastDeliveries, testWebhook } from "./alert-webhook.ts";
export { alertsOfOthers } from "./alerts-of-others.ts";
export {
  type AlertName,
  type AlertWish,
  keepAlert,
  raiseAlert,
  resolveAlert,
  resolveAlerts,
} from "./raise-alert.ts";
export { rotateWebhookSecret, webhookSecretMadeAt } from "./webhook-secret.ts";
