export type { Language, Person, Role } from "@oxbow/site-contract";
export { type Accounts, type AccountsOptions, createAccounts } from "./accounts.ts";
export { type Act, audit } from "./audit.ts";
export { activePerson, peopleOf, personOf } from "./people.ts";
