import type { ReactNode } from "react";
import { useCall, useTitle } from "../core/index.ts";
import { Card, PageHeader } from "../ui/index.tsx";
import { AlertMailCard } from "./alert-mail-card.tsx";
import { AlertWebhookCard } from "./alert-webhook-card.tsx";
import { Answered } from "./answered.tsx";
import css from "./operator.module.css";
import { SettingTable } from "./setting-table.tsx";
import { useOperatorTexts } from "./texts.ts";

/** `/operator/settings`: what can be changed here, and what is in force and where it comes from. */
export function OperatorSettingsPage(): ReactNode {
  const all = useOperatorTexts();
  const texts = all.settings;
  useTitle(texts.title);
  const settings = useCall("operator.settings", {});
  return (
    <>
      <PageHeader title={texts.title} about={texts.about} />
      <Answered asked={settings}>
        {(view) => (
          <div className={css["stack"]}>
            <Card title={texts.signUp}>
              <p>
                {texts.signUpAbout} <a href="/operator/users">{texts.toPeople}</a>
              </p>
            </Card>
            <AlertMailCard view={view} />
            <AlertWebhookCard webhook={view.webhook} />
            <Card flush title={texts.ofPlatform}>
              <p className={`${css["pad"]} ${css["dim"]}`}>{texts.readOnly}</p>
              <SettingTable caption={texts.ofPlatform} settings={view.platform} />
            </Card>
            <Card flush title={texts.ofServer}>
              {view.server === null ? (
                <p className={css["pad"]}>{all.away}</p>
              ) : (
                <SettingTable caption={texts.ofServer} settings={view.server} />
              )}
            </Card>
          </div>
        )}
      </Answered>
    </>
  );
}
