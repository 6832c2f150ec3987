import type { ReactNode } from "react";
import {
  type SignedInPerson,
  useCall,
  useChange,
  useErrorText,
  useFormats,
} from "../core/index.ts";
import { Button, Card, Notice, useToast } from "../ui/index.tsx";
import css from "./account-page.module.css";
import { EmailField, PasswordField } from "./fields.tsx";
import { Form, useFormErrors } from "./form.tsx";
import { useAccountTexts } from "./texts.ts";

/** The address of the account, and the one that waits for the word of its owner. */
export function EmailCard({ person }: { readonly person: SignedInPerson }): ReactNode {
  const texts = useAccountTexts();
  const tell = useToast();
  const change = useChange("accounts.changeEmail", {
    invalidates: ["accounts.session", "accounts.waitingEmail"],
    onDone: ({ next }) => {
      if (next === "changed") tell(texts.account.emailChanged, "good");
    },
  });
  const errors = useFormErrors(change.error, ["email", "password"]);
  return (
    <Card title={texts.account.changeEmail}>
      <Waiting />
      <Form
        // The key: the field begins anew with the address that counts now.
        key={person.email}
        submit={texts.save}
        busy={change.isPending}
        errors={errors}
        narrow={false}
        onSubmit={(value, form) => {
          const body = { email: value("email"), password: value("password") };
          change.mutate({ body }, { onSuccess: () => form.reset() });
        }}
      >
        <EmailField errors={errors} defaultValue={person.email} />
        <PasswordField label={texts.currentPassword} errors={errors} />
      </Form>
    </Card>
  );
}

function Waiting(): ReactNode {
  const { account: texts } = useAccountTexts();
  const tell = useToast();
  const errorText = useErrorText();
  const formats = useFormats();
  const { data } = useCall("accounts.waitingEmail", {});
  const keep = useChange("accounts.keepEmail", {
    invalidates: ["accounts.waitingEmail"],
    onDone: () => tell(texts.emailKept, "good"),
  });
  const email = data?.email ?? null;
  const until = data?.expiresAt ?? null;
  return (
    <div role="status" className={css["waiting"]}>
      {email === null || until === null ? null : (
        <Notice
          title={texts.emailWaits(email)}
          actions={
            <Button
              size="s"
              busy={keep.isPending}
              onClick={() => keep.mutate({}, { onError: (error) => tell(errorText(error), "bad") })}
            >
              {texts.keepEmail}
            </Button>
          }
        >
          {texts.emailWaitsAbout(formats.dateTime(until))}
        </Notice>
      )}
    </div>
  );
}
