import { type ReactNode, useState } from "react";
import { useChange, useSetSession } from "../core/index.ts";
import { Button, Card, Dialog } from "../ui/index.tsx";
import css from "./account-page.module.css";
import { PasswordField } from "./fields.tsx";
import { Form, useFormErrors } from "./form.tsx";
import { useAccountTexts } from "./texts.ts";

/** Removes the account, for who knows its password. */
export function RemoveCard({ onRemoved }: { readonly onRemoved: () => void }): ReactNode {
  const texts = useAccountTexts();
  const [asked, setAsked] = useState(false);
  const setSession = useSetSession();
  const remove = useChange("accounts.remove", {
    onDone: (session) => void setSession(session).then(onRemoved),
  });
  const errors = useFormErrors(remove.error, ["password"]);
  const { account } = texts;
  return (
    <Card title={account.remove}>
      <p className={css["dim"]}>{account.removeAbout}</p>
      <div>
        <Button onClick={() => setAsked(true)}>{account.removeSubmit}</Button>
      </div>
      <Dialog open={asked} onClose={() => setAsked(false)} title={account.removeConfirm}>
        <p>{account.removeAbout}</p>
        <Form
          submit={account.removeSubmit}
          busy={remove.isPending}
          errors={errors}
          danger
          onSubmit={(value) => remove.mutate({ body: { password: value("password") } })}
        >
          <PasswordField label={texts.currentPassword} errors={errors} />
        </Form>
      </Dialog>
    </Card>
  );
}
