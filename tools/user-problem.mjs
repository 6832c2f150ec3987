/** Something that the user of a command can mend: its message is shown alone, without a stack. */
export class UserProblem extends Error {
  /** @override */
  name = "UserProblem";
}
