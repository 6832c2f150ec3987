import type { ListedPerson } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { Icon, type IconName, Menu, MenuItem } from "../ui/index.tsx";
import { useAccountTexts } from "./texts.ts";

const roles: readonly (readonly [role: ListedPerson["role"], icon: IconName])[] = [
  ["viewer", "user"],
  ["streamer", "broadcast"],
  ["operator", "shield"],
];

/** What an operator can do with a person's account. */
export function PersonMenu({
  person,
  onRole,
  onSuspended,
  onPasswordLink,
  onRemove,
}: {
  readonly person: ListedPerson;
  readonly onRole: (role: ListedPerson["role"]) => void;
  readonly onSuspended: (suspended: boolean) => void;
  readonly onPasswordLink: () => void;
  /** Left out of one's own menu. */
  readonly onRemove: (() => void) | undefined;
}): ReactNode {
  const texts = useAccountTexts();
  const { people: own } = texts;
  return (
    <Menu label={own.menuOf(person.name)} button={<Icon name="more" />}>
      {roles
        .filter(([role]) => role !== person.role)
        .map(([role, icon]) => (
          <MenuItem key={role} icon={icon} onClick={() => onRole(role)}>
            {own.makeRole(texts.roles[role])}
          </MenuItem>
        ))}
      <MenuItem icon="key" onClick={onPasswordLink}>
        {own.passwordLink}
      </MenuItem>
      {person.suspended ? (
        <MenuItem icon="check" onClick={() => onSuspended(false)}>
          {own.unsuspend}
        </MenuItem>
      ) : (
        <MenuItem icon="ban" danger onClick={() => onSuspended(true)}>
          {own.suspend}
        </MenuItem>
      )}
      {onRemove === undefined ? null : (
        <MenuItem icon="trash" danger onClick={onRemove}>
          {own.remove}
        </MenuItem>
      )}
    </Menu>
  );
}
