import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { z } from "zod";
import { BadSettings } from "./bad-settings.ts";

/** Where a setting's value comes from. */
export type Origin = "environment" | "file" | "default";

export type ReadOptions = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where `oxbow.json` may stand. */
  readonly folder: string;
  /** Settings of other programs, which the same file may hold. */
  readonly elsewhere?: readonly string[];
  /** What is wrong between settings: lines such as `settingVariable("tlsKey") + ": must be set"`. */
  readonly between?: (wished: Readonly<Record<string, unknown>>) => readonly string[];
};

export type SettingsRead<S extends z.ZodObject> = {
  readonly values: z.infer<S>;
  readonly origins: Readonly<Record<keyof z.infer<S> & string, Origin>>;
};

/**
 * Reads all settings of a schema, whose keys are the names in `oxbow.json`: the environment, then the
 * file, then the defaults. Throws BadSettings with every problem in one message.
 */
export function readSettings<S extends z.ZodObject>(
  schema: S,
  { environment, folder, elsewhere = [], between = () => [] }: ReadOptions,
): SettingsRead<S> {
  const file = resolve(folder, "oxbow.json");
  const names = Object.keys(schema.shape);
  const others = new Set(elsewhere.filter((name) => !names.includes(name)));
  const inFile = Object.fromEntries(
    Object.entries(readFile(file)).filter(([name]) => !others.has(name)),
  );
  const inEnvironment = fromEnvironment(names, environment);
  const wished = { ...inFile, ...inEnvironment };
  const read = schema.safeParse(wished);
  const problems = [
    ...(read.error?.issues ?? []).flatMap((issue) => problemOf(issue, environment, file)),
    ...between(wished).map((line) => `- ${line}`),
  ];
  if (!read.success || problems.length > 0) {
    throw new BadSettings(`The settings are not right:\n${problems.join("\n")}`);
  }
  const originOf = (name: string): Origin => {
    if (name in inEnvironment) return "environment";
    return name in inFile ? "file" : "default";
  };
  return {
    values: read.data,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names are those of the schema, which TypeScript's fromEntries forgets
    origins: Object.fromEntries(names.map((name) => [name, originOf(name)])) as Record<
      keyof z.infer<S> & string,
      Origin
    >,
  };
}

/** `httpPort` is `OXBOW_HTTP_PORT`. */
export function settingVariable(name: string): string {
  return `OXBOW_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function fromEnvironment(
  names: readonly string[],
  environment: ReadOptions["environment"],
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = environment[settingVariable(name)];
    if (value !== undefined && value !== "") found[name] = value;
  }
  return found;
}

function readFile(file: string): object {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new BadSettings(`Cannot read ${file}: ${String(error)}`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new BadSettings(`${file} is not JSON: ${String(error)}`);
  }
  throw new BadSettings(`${file} must hold one JSON object`);
}

function problemOf(
  issue: z.core.$ZodIssue,
  environment: ReadOptions["environment"],
  file: string,
): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `- ${key} in ${file}: there is no such setting`);
  }
  const name = String(issue.path[0] ?? "");
  const fromEnv = environment[settingVariable(name)];
  if (fromEnv !== undefined && fromEnv !== "") {
    return [`- ${settingVariable(name)}=${JSON.stringify(fromEnv)}: ${issue.message}`];
  }
  return [`- ${name} in ${file} (or ${settingVariable(name)}): ${issue.message}`];
}
