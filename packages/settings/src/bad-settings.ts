/** What is wrong with the settings, all of it, each by the name of the setting. */
export class BadSettings extends Error {
  override readonly name = "BadSettings";
}
