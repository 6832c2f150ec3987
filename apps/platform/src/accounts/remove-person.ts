import type { Tx } from "../store/index.ts";
import { tellSessionChanged } from "../updates/index.ts";
import { type Act, audit } from "./audit.ts";
import { refuseLastOperator } from "./last-operator.ts";
import type { Parts } from "./parts.ts";

type Named = NonNullable<Act["person"]>;

/** Removes an account and its sessions for ever. A channel stays, for operators to hand over. */
export async function removePerson(
  tx: Tx,
  { world }: Pick<Parts, "world">,
  person: Named,
  { by, address }: { readonly by: Named; readonly address: string },
): Promise<void> {
  await refuseLastOperator(tx, person.id);
  const detail = by.id === person.id ? {} : { name: person.name };
  const act = { action: "person.removed", about: person.id, detail, address };
  await audit(tx, world, { person: by, ...act });
  await tx.deleteFrom("people").where("id", "=", person.id).execute();
  await tellSessionChanged(tx, world, person.id);
}
