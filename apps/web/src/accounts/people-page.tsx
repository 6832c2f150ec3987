import { type ReactNode, useDeferredValue, useState } from "react";
import { type PersonRole, useErrorText, usePages, useTitle } from "../core/index.ts";
import {
  Card,
  EmptyState,
  ErrorState,
  Field,
  Loading,
  More,
  PageHeader,
  Select,
  Skeleton,
  TextInput,
} from "../ui/index.tsx";
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
  const errorText = useErrorText(texts.reasons);
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
        {people.error !== null && people.items === undefined ? (
          <ErrorState title={errorText(people.error)} onRetry={people.refetch} />
        ) : null}
        {people.loading ? (
          <Loading>
            <Skeleton height="16rem" />
          </Loading>
        ) : null}
        {people.items === undefined ? null : people.items.length === 0 ? (
          <EmptyState icon="users" title={own.none}>
            {own.noneAbout}
          </EmptyState>
        ) : (
          <PeopleTable people={people.items} />
        )}
        <More hasMore={people.hasMore} loading={people.loadingMore} onMore={people.more} />
      </Card>
      <InvitationsCard />
      <SignUpPolicyCard />
    </div>
  );
}
