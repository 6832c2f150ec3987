/** The server did not let us publish, or ended it: its status code and what it says of it. */
export class PublishRefused extends Error {
  override readonly name = "PublishRefused";
  readonly code: string;

  constructor(code: string, description: string) {
    super(description === "" ? code : `${code}: ${description}`);
    this.code = code;
  }
}
