/** One call, and what it would be answered: a page shows it at once instead of asking. */
export type PageAnswer = {
  /** The operation. */
  readonly id: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly answer: unknown;
};

/** What the server puts into a page's first HTML, as JSON in `<script type="application/json" id="oxbow-page">`. */
export type PageData = { readonly answers: readonly PageAnswer[] };
