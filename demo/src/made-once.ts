/** What takes time to make: made when it is first wanted and kept from then on. What failed is made anew when wanted again. */
export class MadeOnce<T> {
  readonly #make: () => Promise<T>;
  #made: Promise<T> | null = null;

  constructor(make: () => Promise<T>) {
    this.#make = make;
  }

  /** @throws what making it throws. */
  get(): Promise<T> {
    this.#made ??= this.#attempt();
    return this.#made;
  }

  /** Gives it away: the next `get` makes another. null if there is none. */
  async take(): Promise<T | null> {
    const made = this.#made;
    this.#made = null;
    // A failure was told to whoever asked for the value.
    return made === null ? null : made.catch(() => null);
  }

  #attempt(): Promise<T> {
    const attempt = this.#make();
    attempt.catch(() => {
      if (this.#made === attempt) this.#made = null;
    });
    return attempt;
  }
}
