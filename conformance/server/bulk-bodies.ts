/** Blanks, with an object at the end: together they are JSON, for clients that read on. */
const CHUNK = new TextEncoder().encode(' '.repeat(64 * 1024));
const LAST_CHUNK = new TextEncoder().encode('{}');

/** Bodies that are sent as fast as the client takes them, and no faster: one that nobody reads keeps its connection. */
export interface BulkBodies {
  make(bytes: number): ReadableStream<Uint8Array>;
  /** Resolves once every one of them was read to its end, or cancelled. */
  released(): Promise<void>;
}

export function createBulkBodies(): BulkBodies {
  let open = 0;
  const watchers = new Set<() => void>();

  function release(): void {
    open -= 1;
    for (const look of [...watchers]) look();
  }

  return {
    make(bytes) {
      open += 1;
      let left = bytes;
      return new ReadableStream({
        pull(controller) {
          controller.enqueue(CHUNK);
          left -= CHUNK.length;
          if (left > 0) return;
          controller.enqueue(LAST_CHUNK);
          controller.close();
          release();
        },
        cancel: release,
      });
    },
    released: () =>
      new Promise((resolve) => {
        const look = (): void => {
          if (open > 0) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
  };
}
