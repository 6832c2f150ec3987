// The one entry behind `npm start`, `npm test` and the other scripts. Plain JavaScript for Node 20 or
// newer with no dependency, because it runs before anything is installed.
import { fileURLToPath } from "node:url";
import { commands } from "./commands.mjs";
import { UserProblem } from "./user-problem.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const [name = "", ...args] = process.argv.slice(2);
const command = commands[name];

if (command === undefined) {
  process.stderr.write(`There is no command "${name}": ${Object.keys(commands).join(", ")}\n`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await command(root, args);
  } catch (problem) {
    if (!(problem instanceof UserProblem)) throw problem;
    process.stderr.write(`\n${problem.message}\n\n`);
    process.exitCode = 1;
  }
}
