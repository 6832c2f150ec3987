import { type Command, InvalidArgumentError, Option } from "commander";

type Latency = "normal" | "low";
const latencies: readonly Latency[] = ["normal", "low"];
const recorded = ["all", "source"] as const;
const presets = ["source", "mobile", "standard", "full"] as const;

/** What of the command line is about a stream's policy. */
export type PolicyOptions = {
  readonly title?: string;
  readonly reconnectWindow?: number;
  readonly keepDays?: number;
  readonly keepBytes?: number;
  readonly latency?: Latency;
  readonly signed?: true;
  readonly ladder?: ReturnType<typeof ladderOf>;
  readonly recordRenditions?: (typeof recorded)[number];
};

export function addPolicyOptions(command: Command): Command {
  return command
    .option("--title <title>", "what viewers read")
    .option("--reconnect-window <seconds>", "how long a lost encoder may take", wholeNumber)
    .option("--keep-days <days>", "remove media that is older", wholeNumber)
    .option("--keep-bytes <bytes>", "remove the oldest media beyond", wholeNumber)
    .addOption(new Option("--latency <latency>", "how far behind viewers are").choices(latencies))
    .option("--signed", "only viewers with a token may watch")
    .option("--ladder <ladder>", "mobile, standard, full, or qualities like 720p,480p30", ladderOf)
    .addOption(new Option("--record-renditions <which>", "of the ladder").choices(recorded));
}

/** The fields of the request that they ask for. */
export function policyFields(options: PolicyOptions) {
  const { title, reconnectWindow, keepDays, keepBytes, latency, signed } = options;
  const { ladder, recordRenditions } = options;
  const retention = {
    ...(keepDays === undefined ? {} : { days: keepDays }),
    ...(keepBytes === undefined ? {} : { bytes: keepBytes }),
  };
  return {
    ...(title === undefined ? {} : { title }),
    ...(reconnectWindow === undefined ? {} : { reconnectWindow }),
    ...(latency === undefined ? {} : { latency }),
    ...(signed === undefined ? {} : { playback: { policy: "signed" as const } }),
    ...(ladder === undefined ? {} : { ladder }),
    ...(recordRenditions === undefined ? {} : { recordRenditions }),
    ...(Object.keys(retention).length === 0 ? {} : { retention }),
  };
}

/** A preset, or names with commas between them. */
function ladderOf(text: string): (typeof presets)[number] | string[] {
  return presets.find((preset) => preset === text) ?? text.split(",").map((name) => name.trim());
}

/** Reads a whole number that is 0 or more. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("Give a whole number.");
  return Number(text);
}
