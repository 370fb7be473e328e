import type { Setting, Tokens } from '../../contract.js';

/** Where the tokens of a page lie: storage that is read with a delay while the page loads. */
export interface Store {
  read(): Promise<Tokens | null>;
  write(tokens: Tokens | null): Promise<void>;
}

/** What outlives the page, by name. */
const kept = new Map<string, Tokens>();

export function storeFor({ stored, kept: name }: Setting): Store {
  let tokens: Tokens | null = name === undefined ? null : (kept.get(name) ?? null);
  let isWritten = false;
  const loaded = stored?.then((first) => {
    if (!isWritten) tokens = first;
  });
  return {
    async read() {
      await loaded;
      return tokens;
    },
    async write(next) {
      isWritten = true;
      tokens = next;
      if (name !== undefined && next) kept.set(name, next);
    },
  };
}
