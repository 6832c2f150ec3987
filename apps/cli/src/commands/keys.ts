import { type Command, Option } from "commander";
import { confirmed, contextOf } from "../context.ts";
import type { Io } from "../io.ts";
import { printTable } from "../print.ts";

const scopes = ["read", "write", "admin"] as const;

/** `keys`: who may call the API. */
export function addKeys(program: Command, io: Io): void {
  const keys = program
    .command("keys")
    .alias("key")
    .description("Who may call the API")
    .addHelpText("after", examples);

  keys
    .command("list")
    .description("List the API keys; the keys themselves are not kept")
    .action(async (_options: unknown, command: Command) => {
      const { client, show } = contextOf(command, io);
      const all = await Array.fromAsync(client.keys.list({ limit: 200 }));
      show(all, () =>
        printTable(
          io.out,
          ["ID", "NAME", "SCOPE", "BEGINS", "LAST USED"],
          all.map((key) => [key.id, key.name, key.scope, key.hint, key.lastUsedAt ?? "never"]),
        ),
      );
    });

  keys
    .command("create")
    .description("Make an API key; it is told only here")
    .argument("<name>", "who it is for")
    .addOption(
      new Option("--scope <scope>", "what it may do").choices(scopes).default("read" as const),
    )
    .action(async (name: string, options: { scope: (typeof scopes)[number] }, command: Command) => {
      const { client, show } = contextOf(command, io);
      const made = await client.keys.create({ name, scope: options.scope });
      show(made, () => io.out.write(`${made.key ?? ""}\n`));
    });

  keys
    .command("delete")
    .description("Delete an API key; it stops working at once")
    .argument("<key>", "its id, as keys list shows it")
    .option("--yes", "do not ask")
    .action(async (id: string, { yes }: { yes?: boolean }, command: Command) => {
      const { client, show } = contextOf(command, io);
      await confirmed(io, yes, `Delete the API key ${id}?`);
      await client.keys.delete(id);
      show({ deleted: id }, () => io.out.write(`${id} is deleted\n`));
    });
}

const examples = `
Examples:
  $ oxbow keys create platform --scope write
  $ oxbow keys list`;
