import type { Subtitle } from "@oxbow/sdk";
import type { Command } from "commander";
import { contextOf } from "../context.ts";
import type { Io } from "../io.ts";
import { bytesText, printFacts, printTable } from "../print.ts";
import { fileBytes } from "./encode-options.ts";

type TextOptions = {
  readonly language?: string;
  readonly label?: string;
  readonly captions?: true;
  readonly forced?: true;
  readonly default?: true;
};

/** `subtitles`: texts of assets. */
export function addSubtitles(program: Command, io: Io): void {
  const subtitles = program
    .command("subtitles")
    .description("Texts of assets")
    .addHelpText("after", examples);

  subtitles
    .command("list")
    .description("List an asset's subtitles")
    .argument("<asset>", "its id")
    .action(async (asset: string, _options: unknown, command: Command) => {
      const { client, show } = contextOf(command, io);
      const all = await Array.fromAsync(client.subtitles.list(asset, { limit: 200 }));
      show(all, () =>
        printTable(io.out, ["ID", "LANGUAGE", "LABEL", "KIND", "FLAGS", "SIZE"], all.map(rowOf)),
      );
    });

  withTextOptions(
    subtitles
      .command("add")
      .description("Add a WebVTT or SubRip file; one of its language and kind is replaced")
      .argument("<asset>", "its id")
      .argument("<file>", "the text"),
  ).action(async (asset: string, file: string, options: TextOptions, command: Command) => {
    const { client, show } = contextOf(command, io);
    const text = fileBytes("The file", file, io);
    const made = await client.subtitles.create(asset, text, queryOf(options));
    show(made, () => printSubtitle(made, io));
  });

  withTextOptions(
    subtitles
      .command("replace")
      .description("Put another text in the place of one; what is not told stays")
      .argument("<asset>", "its id")
      .argument("<subtitle>", "the id of the text")
      .argument("<file>", "the new text"),
  ).action(
    async (asset: string, id: string, file: string, options: TextOptions, command: Command) => {
      const { client, show } = contextOf(command, io);
      const text = fileBytes("The file", file, io);
      const made = await client.subtitles.replace(asset, id, text, queryOf(options));
      show(made, () => printSubtitle(made, io));
    },
  );

  subtitles
    .command("remove")
    .description("Remove a text; the media stays")
    .argument("<asset>", "its id")
    .argument("<subtitle>", "the id of the text")
    .action(async (asset: string, id: string, _options: unknown, command: Command) => {
      const { client, show } = contextOf(command, io);
      await client.subtitles.delete(asset, id);
      show({ removed: id }, () => io.out.write(`${id} is removed\n`));
    });
}

function withTextOptions(command: Command): Command {
  return command
    .option("--language <tag>", "BCP 47: en, pt-BR")
    .option("--label <text>", "what viewers choose it by; its language's own name unless told")
    .option("--captions", "it tells sounds too, for those who don't hear them")
    .option("--forced", "it is shown to those who chose no subtitles too")
    .option("--default", "it is shown unless a viewer chooses another");
}

const flag = (is: true | undefined): "true" | undefined => (is ? "true" : undefined);

function queryOf({ language, label, captions, forced, default: first }: TextOptions) {
  return {
    ...(language === undefined ? {} : { language }),
    ...(label === undefined ? {} : { label }),
    ...(captions === undefined ? {} : { kind: "captions" as const }),
    forced: flag(forced),
    default: flag(first),
  };
}

function rowOf({ id, language, label, kind, bytes, ...flags }: Subtitle): string[] {
  return [id, language, label, kind, flagsOf(flags), bytesText(bytes)];
}

const flagsOf = (flags: Pick<Subtitle, "default" | "forced">): string =>
  [flags.default ? "default" : "", flags.forced ? "forced" : ""].filter(Boolean).join(" ");

function printSubtitle(subtitle: Subtitle, io: Io): void {
  const flags = flagsOf(subtitle);
  printFacts(io.out, {
    Id: subtitle.id,
    Language: subtitle.language,
    Label: subtitle.label,
    Kind: subtitle.kind,
    Flags: flags === "" ? undefined : flags,
    URL: subtitle.url,
  });
}

const examples = `
Examples:
  $ oxbow subtitles add ast_01k9z0f1f2f3f4f5f6f7f8f9f0 tale.srt --language pt-BR --default
  $ oxbow subtitles list ast_01k9z0f1f2f3f4f5f6f7f8f9f0
  $ oxbow subtitles replace ast_01k9z0f1f2f3f4f5f6f7f8f9f0 sub_01k9z0s1s2s3s4s5s6s7s8s9s0 tale.vtt`;
