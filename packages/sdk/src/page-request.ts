/** A page of a list; `next` is null on the last. */
export type Page<T> = { readonly items: T[]; readonly next: string | null };

/**
 * A list that was asked for: awaited, it is its first page; iterated, all items of all pages.
 * Nothing is sent before one of the two.
 */
export class PageRequest<T> implements PromiseLike<Page<T>>, AsyncIterable<T> {
  readonly #fetch: (cursor: string | undefined) => Promise<Page<T>>;

  constructor(fetch: (cursor: string | undefined) => Promise<Page<T>>) {
    this.#fetch = fetch;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- awaiting a list for its first page is the point
  then<A = Page<T>, B = never>(
    resolved?: ((page: Page<T>) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#fetch(undefined).then(resolved, rejected);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    let cursor: string | undefined;
    do {
      const page: Page<T> = await this.#fetch(cursor);
      yield* page.items;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }
}
