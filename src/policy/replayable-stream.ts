type Reader = { next(): Promise<IteratorResult<unknown>>; cancel(): unknown };

export type ReplayableStream = {
  /** The chunks for one attempt, from the first on. An earlier attempt that still reads breaks off. */
  open(): AsyncIterableIterator<unknown>;
  /** Whether another attempt could begin with the first chunk. */
  isWhole(): boolean;
  /** Breaks off the attempt under way, so that no more is read than was kept. */
  stop(): void;
  /** The request is over: once nobody reads it, the source is let go of. */
  settle(): void;
};

/**
 * Sends a stream while it is read, and keeps up to `most` bytes of it so that it can be sent again. A second attempt
 * sends what was kept, and then reads on: a server that refuses early need not have seen the rest.
 */
export function replayableStream(source: object, most: number): ReplayableStream {
  let reader: Reader | undefined;
  let reading: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;
  let ended = false;
  let kept: unknown[] = [];
  /** Which chunk the first one kept is. */
  let from = 0;
  let size = 0;
  let isWhole = true;
  let attempts = 0;
  /** The attempt that may read, 0: none. */
  let current = 0;
  let isLeft = false;
  let isSettled = false;

  async function read(): Promise<void> {
    try {
      reader ??= readerOf(source);
      const { done, value } = await reader.next();
      if (done) ended = true;
      else keep(value);
    } catch (error) {
      failure = { error };
    }
    reading = undefined;
  }

  function keep(chunk: unknown): void {
    size += sizeOf(chunk);
    // A chunk that was on its way when the attempt was stopped is kept too: the next attempt counts on it.
    if (size <= most || current === 0) {
      // A copy, since whoever made this chunk may fill its buffer anew.
      kept.push(chunk instanceof Uint8Array ? chunk.slice() : chunk);
    } else {
      from += kept.length;
      kept = [chunk];
      isWhole = false;
    }
  }

  function letGo(): void {
    if (isSettled && isLeft && !ended) void Promise.resolve(reader?.cancel()).catch(() => {});
  }

  return {
    open() {
      const mine = (current = ++attempts);
      let index = 0;
      isLeft = false;
      return {
        async next() {
          const isNext = (): boolean => current === mine && index >= from + kept.length;
          while (isNext() && !ended && !failure) await (reading ??= read());
          // Ending here would make half a body look like a whole one.
          if (current !== mine) throw new Error('This body is sent anew.');
          if (index < from + kept.length) return { done: false, value: kept[index++ - from] };
          if (failure) throw failure.error;
          return { done: true, value: undefined };
        },
        async return() {
          if (current === mine) isLeft = true;
          letGo();
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
    isWhole: () => isWhole,
    stop: () => void (current = 0),
    settle() {
      isSettled = true;
      letGo();
    },
  };
}

/** A stream of the web that reads only when it is read. */
export function toReadableStream(chunks: AsyncIterator<unknown>): ReadableStream<unknown> {
  return new ReadableStream<unknown>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => void chunks.return?.(),
    },
    { highWaterMark: 0 },
  );
}

/** A stream of the web, or any other source of chunks. */
function readerOf(source: object): Reader {
  if ('getReader' in source) {
    const reader = (source as ReadableStream<unknown>).getReader();
    return { next: () => reader.read() as Promise<IteratorResult<unknown>>, cancel: () => reader.cancel() };
  }
  const iterator = (source as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return { next: () => iterator.next(), cancel: () => iterator.return?.() };
}

function sizeOf(chunk: unknown): number {
  const { byteLength, length } = Object(chunk) as { byteLength?: number; length?: number };
  return byteLength ?? length ?? 0;
}
