import type { ReactNode } from "react";
import { useCall, useTitle } from "../core/index.ts";
import { Card, PageHeader, RadioGroup, useToast } from "../ui/index.tsx";
import { AlertMailCard } from "./alert-mail-card.tsx";
import { AlertWebhookCard } from "./alert-webhook-card.tsx";
import { Answered } from "./answered.tsx";
import css from "./operator.module.css";
import { SettingTable } from "./setting-table.tsx";
import { useOperatorTexts } from "./texts.ts";
import { useAct } from "./use-act.ts";

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
            <SignUpCard />
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

const policies = ["open", "invitation", "closed"] as const;

function SignUpCard(): ReactNode {
  const texts = useOperatorTexts().settings;
  const tell = useToast();
  const policy = useCall("accounts.signUpPolicy", {});
  const change = useAct("accounts.changeSignUpPolicy", {
    invalidates: ["accounts.signUpPolicy", "accounts.session"],
    onDone: () => tell(texts.saved, "good"),
  });
  return (
    <Card title={texts.signUp}>
      <Answered asked={policy}>
        {({ signUp }) => (
          <RadioGroup
            legend={<span className="visually-hidden">{texts.signUp}</span>}
            cards
            value={(change.isPending ? change.variables?.body.signUp : undefined) ?? signUp}
            onChange={(wish) => change.mutate({ body: { signUp: wish } })}
            options={policies.map((value) => ({
              value,
              label: texts.signUps[value],
              hint: texts.signUpHints[value],
            }))}
          />
        )}
      </Answered>
    </Card>
  );
}
