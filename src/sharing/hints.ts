/** Hints that somebody may have changed the record. */
export type Hints = {
  /** Resolves at the next one. */
  next(): Promise<void>;
  /** Here is one. */
  tell(): void;
};

export function createHints(): Hints {
  let heard = (): void => {};
  let next = begin();

  function begin(): Promise<void> {
    return new Promise((resolve) => (heard = resolve));
  }

  return {
    next: () => next,
    tell() {
      heard();
      next = begin();
    },
  };
}
