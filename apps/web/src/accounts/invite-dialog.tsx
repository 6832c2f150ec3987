import { type ReactNode, useState } from "react";
import { type PersonRole, useChange } from "../core/index.ts";
import { Button, CopyField, Dialog, Field, RadioGroup, Select, TextInput } from "../ui/index.tsx";
import { Form, useFormErrors } from "./form.tsx";
import { useAccountTexts } from "./texts.ts";

const DAYS = [1, 7, 30, 90];

/** Asks for whom and for what, then tells the link, once. */
export function InviteDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const texts = useAccountTexts();
  const { invitations: own } = texts;
  const [role, setRole] = useState<PersonRole>("streamer");
  const invite = useChange("accounts.invite", { invalidates: ["accounts.invitations"] });
  const errors = useFormErrors(invite.error, ["note"]);
  if (invite.data !== undefined) {
    return (
      <Dialog
        open
        onClose={onClose}
        title={own.madeTitle}
        actions={
          <Button variant="primary" onClick={onClose}>
            {own.done}
          </Button>
        }
      >
        <p>{own.madeAbout}</p>
        <Field label={own.link}>
          <CopyField value={invite.data.url} />
        </Field>
      </Dialog>
    );
  }
  return (
    <Dialog open onClose={onClose} title={own.inviteTitle}>
      <Form
        submit={own.submit}
        busy={invite.isPending}
        errors={errors}
        onSubmit={(value) =>
          invite.mutate({ body: { role, note: value("note"), days: Number(value("days")) } })
        }
      >
        <RadioGroup
          legend={texts.people.role}
          value={role}
          onChange={setRole}
          options={(["viewer", "streamer", "operator"] as const).map((one) => ({
            value: one,
            label: texts.roles[one],
            hint: texts.roleHints[one],
          }))}
        />
        <Field label={own.note} hint={own.noteHint} error={errors.of("note")}>
          <TextInput name="note" maxLength={200} />
        </Field>
        <Field label={own.days}>
          <Select name="days" defaultValue="7">
            {DAYS.map((days) => (
              <option key={days} value={days}>
                {own.day(days)}
              </option>
            ))}
          </Select>
        </Field>
      </Form>
    </Dialog>
  );
}
