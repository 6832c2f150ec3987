import type { ListedPerson } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { type Pages, useChange, useErrorText, useSession } from "../core/index.ts";
import { ConfirmDialog, CopyField, Dialog, Field, useToast } from "../ui/index.tsx";
import { PagedTable } from "./paged-table.tsx";
import { usePeopleColumns } from "./people-columns.tsx";
import { PersonMenu } from "./person-menu.tsx";
import { useAccountTexts } from "./texts.ts";

/** What an operator is asked to confirm. */
type Asked = { readonly person: ListedPerson; readonly about: "suspend" | "operator" | "remove" };

/** People, and what an operator does with their accounts. */
export function PeopleTable({ people }: { readonly people: Pages<ListedPerson> }): ReactNode {
  const texts = useAccountTexts();
  const { people: own } = texts;
  const tell = useToast();
  const errorText = useErrorText(texts.reasons);
  const { person: self } = useSession();
  const [asked, setAsked] = useState<Asked>();
  const [link, setLink] = useState<{ readonly name: string; readonly url: string }>();
  const change = useChange("accounts.changePerson", {
    invalidates: ["accounts.people"],
    onDone: ({ name }) => {
      setAsked(undefined);
      tell(own.changed(name), "good");
    },
  });
  const remove = useChange("accounts.removePerson", {
    invalidates: ["accounts.people", "channels.list"],
    onDone: () => {
      setAsked(undefined);
      tell(own.removed, "good");
    },
  });
  const passwordLink = useChange("accounts.passwordLink");
  const failed = (error: unknown): void => tell(errorText(error), "bad");
  const alter = (
    { id }: ListedPerson,
    body: Partial<Pick<ListedPerson, "role" | "suspended">>,
  ): void => change.mutate({ params: { person: id }, body }, { onError: failed });
  const act = ({ person, about }: Asked): void => {
    if (about === "suspend") alter(person, { suspended: true });
    else if (about === "operator") alter(person, { role: "operator" });
    else remove.mutate({ params: { person: person.id } }, { onError: failed });
  };
  const columns = usePeopleColumns((person) => (
    <PersonMenu
      person={person}
      onRole={(role) =>
        role === "operator" ? setAsked({ person, about: "operator" }) : alter(person, { role })
      }
      onSuspended={(suspended) =>
        suspended ? setAsked({ person, about: "suspend" }) : alter(person, { suspended })
      }
      onRemove={person.id === self?.id ? undefined : () => setAsked({ person, about: "remove" })}
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
      <PagedTable pages={people} columns={columns} texts={own} icon="users" height="16rem" />
      {asked === undefined ? null : (
        <Question
          asked={asked}
          busy={change.isPending || remove.isPending}
          onClose={() => setAsked(undefined)}
          onConfirm={() => act(asked)}
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
  const texts = {
    suspend: { title: own.suspendTitle, about: own.suspendAbout, submit: own.suspendSubmit },
    operator: { title: own.operatorTitle, about: own.operatorAbout, submit: own.operatorSubmit },
    remove: { title: own.removeTitle, about: own.removeAbout, submit: own.removeSubmit },
  }[about];
  return (
    <ConfirmDialog
      open
      danger={about !== "operator"}
      busy={busy}
      title={texts.title(person.name)}
      confirm={texts.submit}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>{texts.about}</p>
    </ConfirmDialog>
  );
}
