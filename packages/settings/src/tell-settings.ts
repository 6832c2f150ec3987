import { type Origin, settingVariable } from "./read-settings.ts";

/** A setting as an operator is told it. */
export type ToldSetting = {
  /** As in `oxbow.json`. */
  readonly name: string;
  /** As in the environment. */
  readonly variable: string;
  readonly origin: Origin;
  /** Null where it is not set, and where it is secret. Passwords in URLs are `***`. */
  readonly value: string | null;
  readonly isSet: boolean;
  readonly isSecret: boolean;
};

/** All settings in force, those of `secret` without their values. */
export function tellSettings(
  values: Readonly<Record<string, unknown>>,
  origins: Readonly<Record<string, Origin>>,
  secret: readonly string[],
): ToldSetting[] {
  return Object.entries(origins).map(([name, origin]) => {
    const value = values[name];
    const isSecret = secret.includes(name);
    const isSet = value !== undefined && value !== null;
    return {
      name,
      variable: settingVariable(name),
      origin,
      value: isSet && !isSecret ? withoutPassword(textOf(value)) : null,
      isSet,
      isSecret,
    };
  });
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `postgres://oxbow:***@db/oxbow`. */
function withoutPassword(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#:@]*):[^/?#]*@/i, "$1:***@");
}
