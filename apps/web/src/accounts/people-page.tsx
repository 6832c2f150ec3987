import { type ReactNode, useDeferredValue, useState } from "react";
import { type PersonRole, usePages, useTitle } from "../core/index.ts";
import { Card, Field, PageHeader, Select, TextInput } from "../ui/index.tsx";
import { ChannelsCard } from "./channels-card.tsx";
import { InvitationsCard } from "./invitations-card.tsx";
import css from "./people-page.module.css";
import { PeopleTable } from "./people-table.tsx";
import { SignUpPolicyCard } from "./sign-up-policy-card.tsx";
import { useAccountTexts } from "./texts.ts";

const roles: readonly PersonRole[] = ["viewer", "streamer", "operator"];

/** `/operator/users`: who has an account, and who may come in. */
export function PeoplePage(): ReactNode {
  const texts = useAccountTexts();
  const { people: own } = texts;
  useTitle(own.title);
  const [search, setSearch] = useState("");
  const [role, setRole] = useState<PersonRole>();
  const sought = useDeferredValue(search.trim());
  const people = usePages("accounts.people", {
    query: { ...(sought !== "" && { search: sought }), ...(role !== undefined && { role }) },
  });
  return (
    <div className={css["page"]}>
      <PageHeader title={own.title} about={own.about} />
      <div className={css["filters"]}>
        <Field label={own.search}>
          <TextInput
            type="search"
            value={search}
            maxLength={100}
            onChange={({ target }) => setSearch(target.value)}
          />
        </Field>
        <Field label={own.role}>
          <Select
            value={role ?? ""}
            onChange={({ target }) => setRole(roles.find((one) => one === target.value))}
          >
            <option value="">{own.allRoles}</option>
            {roles.map((one) => (
              <option key={one} value={one}>
                {texts.roles[one]}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Card flush>
        <PeopleTable people={people} />
      </Card>
      <ChannelsCard />
      <InvitationsCard />
      <SignUpPolicyCard />
    </div>
  );
}
