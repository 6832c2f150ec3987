import type { ListedPerson } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { useChange, useErrorText } from "../core/index.ts";
import { ConfirmDialog, CopyField, Dialog, Field, Table, useToast } from "../ui/index.tsx";
import { usePeopleColumns } from "./people-columns.tsx";
import { PersonMenu } from "./person-menu.tsx";
import { useAccountTexts } from "./texts.ts";

/** What an operator is asked to confirm. */
type Asked = { readonly person: ListedPerson; readonly about: "suspend" | "operator" };

/** People, and what an operator does with their accounts. */
export function PeopleTable({ people }: { readonly people: readonly ListedPerson[] }): ReactNode {
  const texts = useAccountTexts();
  const { people: own } = texts;
  const tell = useToast();
  const errorText = useErrorText(texts.reasons);
  const [asked, setAsked] = useState<Asked>();
  const [link, setLink] = useState<{ readonly name: string; readonly url: string }>();
  const change = useChange("accounts.changePerson", {
    invalidates: ["accounts.people"],
    onDone: ({ name }) => {
      setAsked(undefined);
      tell(own.changed(name), "good");
    },
  });
  const passwordLink = useChange("accounts.passwordLink");
  const failed = (error: unknown): void => tell(errorText(error), "bad");
  const alter = (
    { id }: ListedPerson,
    body: Partial<Pick<ListedPerson, "role" | "suspended">>,
  ): void => change.mutate({ params: { person: id }, body }, { onError: failed });
  const columns = usePeopleColumns((person) => (
    <PersonMenu
      person={person}
      onRole={(role) =>
        role === "operator" ? setAsked({ person, about: "operator" }) : alter(person, { role })
      }
      onSuspended={(suspended) =>
        suspended ? setAsked({ person, about: "suspend" }) : alter(person, { suspended })
      }
      onPasswordLink={() =>
        passwordLink.mutate(
          { params: { person: person.id } },
          { onSuccess: ({ url }) => setLink({ name: person.name, url }), onError: failed },
        )
      }
    />
  ));
  return (
    <>
      <Table caption={own.table} columns={columns} rows={people} keyOf={({ id }) => id} />
      {asked === undefined ? null : (
        <Question
          asked={asked}
          busy={change.isPending}
          onClose={() => setAsked(undefined)}
          onConfirm={() =>
            alter(
              asked.person,
              asked.about === "suspend" ? { suspended: true } : { role: "operator" },
            )
          }
        />
      )}
      <Dialog
        open={link !== undefined}
        onClose={() => setLink(undefined)}
        title={own.passwordLinkTitle(link?.name ?? "")}
      >
        <p>{own.passwordLinkAbout}</p>
        <Field label={texts.invitations.link}>
          <CopyField value={link?.url ?? ""} />
        </Field>
      </Dialog>
    </>
  );
}

function Question({
  asked: { person, about },
  busy,
  onConfirm,
  onClose,
}: {
  readonly asked: Asked;
  readonly busy: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { people: own } = useAccountTexts();
  const suspend = about === "suspend";
  return (
    <ConfirmDialog
      open
      danger={suspend}
      busy={busy}
      title={suspend ? own.suspendTitle(person.name) : own.operatorTitle(person.name)}
      confirm={suspend ? own.suspendSubmit : own.operatorSubmit}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>{suspend ? own.suspendAbout : own.operatorAbout}</p>
    </ConfirmDialog>
  );
}
