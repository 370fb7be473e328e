const CHUNK = new Uint8Array(64 * 1024);

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
