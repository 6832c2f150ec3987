import { type SettingsView, SiteFault } from "@oxbow/site-contract";
import {
  alertAddresses,
  lastDeliveries,
  rotateWebhookSecret,
  setAlertAddresses,
  testWebhook,
  webhookSecretMadeAt,
} from "../alerts/index.ts";
import type { HandlersOf } from "../calls/index.ts";
import { sendMail } from "../mail/index.ts";
import { noteAct, noteActIn, type OperatorParts, operatorIn } from "./operator-parts.ts";

/** Messages of the webhook that are shown. */
const SHOWN = 10;

type SettingOperations = Pick<
  HandlersOf<"operator">,
  | "operator.settings"
  | "operator.setAddresses"
  | "operator.testMail"
  | "operator.testWebhook"
  | "operator.rotateWebhook"
>;

/** The settings in force, and what of them can be changed and tried here. */
export function settingHandlers(parts: OperatorParts): SettingOperations {
  const { store, world } = parts;
  return {
    "operator.settings": () => viewSettings(parts),
    "operator.setAddresses": async ({ body, caller }) => {
      const addresses = [...new Set(body.addresses.map((address) => address.toLowerCase()))];
      await store.commit(async (tx) => {
        await setAlertAddresses(tx, addresses);
        const action = "alert-addresses.changed";
        await noteActIn(tx, world, { caller, action, about: "site", detail: { addresses } });
      });
      return { addresses };
    },
    "operator.testMail": async ({ caller }) => {
      if (!parts.mailWorks) throw notSet("OXBOW_SMTP_URL", "mail_not_set");
      const { email: to, language } = operatorIn(caller);
      await store.commit(async (tx) => {
        await sendMail(tx, world, { to, ...letters[language] });
        await noteActIn(tx, world, { caller, action: "mail.tested", about: "site" });
      });
      return { to };
    },
    "operator.testWebhook": async ({ caller }) => {
      const { webhookUrl: url } = parts;
      if (url === undefined) throw notSet("OXBOW_ALERT_WEBHOOK_URL", "webhook_not_set");
      await noteAct(parts, { caller, action: "alert-webhook.tested", about: "site" });
      return testWebhook({ store, world, site: parts.siteUrl() }, url);
    },
    "operator.rotateWebhook": async ({ caller }) => ({
      secret: await store.commit(async (tx) => {
        await noteActIn(tx, world, { caller, action: "alert-webhook.rotated", about: "site" });
        return rotateWebhookSecret(tx, world.now());
      }),
    }),
  };
}

const notSet = (variable: string, reason: string): SiteFault =>
  new SiteFault("conflict", `${variable} is not set`, { reason });

const letters = {
  en: {
    subject: "[Oxbow] A test of the site's e-mail",
    text: "An operator of the site sent this letter from its settings. E-mail works.\n",
  },
  "pt-BR": {
    subject: "[Oxbow] Teste do e-mail do site",
    text: "Alguém que opera o site enviou esta mensagem pelas configurações. O e-mail funciona.\n",
  },
} as const;

async function viewSettings(parts: OperatorParts): Promise<SettingsView> {
  const { store, client, world, webhookUrl } = parts;
  const server = await client.settings.get().then(
    ({ items }) => items,
    (err: unknown) => {
      world.log.warn({ err }, "the media server's settings are not shown");
      return null;
    },
  );
  const madeAt = await webhookSecretMadeAt(store.db);
  return {
    platform: [...parts.told],
    server,
    mailWorks: parts.mailWorks,
    addresses: [...(await alertAddresses(store.db))],
    webhook: {
      url: webhookUrl ?? null,
      secretMadeAt: madeAt === null ? null : new Date(madeAt).toISOString(),
      deliveries: [...(await lastDeliveries(store, SHOWN))],
    },
  };
}
