import type { ReactNode } from "react";
import { type SignedInPerson, useChange } from "../core/index.ts";
import { Card, useToast } from "../ui/index.tsx";
import { NameField } from "./fields.tsx";
import { Form, useFormErrors } from "./form.tsx";
import { useAccountTexts } from "./texts.ts";

export function ProfileCard({ person }: { readonly person: SignedInPerson }): ReactNode {
  const texts = useAccountTexts();
  const tell = useToast();
  const change = useChange("accounts.change", {
    invalidates: ["accounts.session"],
    onDone: () => tell(texts.saved, "good"),
  });
  const errors = useFormErrors(change.error, ["name"]);
  return (
    <Card title={texts.account.profile}>
      <Form
        submit={texts.save}
        busy={change.isPending}
        errors={errors}
        narrow={false}
        onSubmit={(value) => change.mutate({ body: { name: value("name") } })}
      >
        <NameField errors={errors} defaultValue={person.name} />
      </Form>
    </Card>
  );
}
