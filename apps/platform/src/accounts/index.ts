export type { Language, Person, Role } from "@oxbow/site-contract";
export { type Act, audit } from "./audit.ts";
export { peopleOf, personOf } from "./people.ts";
