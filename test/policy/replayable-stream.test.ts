import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { replayableStream, toReadableStream } from '../../src/policy/replayable-stream.js';

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

async function textOf(body: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of body)
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString();
  return text;
}

describe('a stream that is sent again', () => {
  const SOURCES: [string, () => object][] = [
    ['a stream of the web', () => new Blob(['abcdef']).stream()],
    ['a stream of Node', () => Readable.from([Buffer.from('abc'), Buffer.from('def')])],
    ['a stream of text', () => Readable.from(['abc', 'def'])],
    ['a source of chunks', () => chunks('abc', 'def')],
    ['a source of numbers', () => Readable.from([1]).map(() => 'abcdef')],
  ];
  it.each(SOURCES)('is the same twice: %s', async (_, source) => {
    const stream = replayableStream(source(), 6);
    expect(await textOf(stream.open())).toBe('abcdef');
    expect(stream.isWhole()).toBe(true);
    expect(await textOf(stream.open())).toBe('abcdef');
  });

  it('is read only as it is sent', async () => {
    const source = chunks('a', 'b');
    const next = vi.spyOn(source, 'next');
    const body = replayableStream(source, 10).open();
    expect(next).not.toHaveBeenCalled();
    await body.next();
    expect(next).toHaveBeenCalledTimes(1);
  });

  it('is sent whole and kept no longer where it is longer than what may be kept', async () => {
    const stream = replayableStream(chunks('abc', 'def', 'ghi'), 6);
    expect(await textOf(stream.open())).toBe('abcdefghi');
    expect(stream.isWhole()).toBe(false);
  });

  it('is kept no longer where its very first chunk is longer than what may be kept', async () => {
    const stream = replayableStream(chunks('abcdefghi'), 6);
    expect(await textOf(stream.open())).toBe('abcdefghi');
    expect(stream.isWhole()).toBe(false);
  });

  it('counts bytes, and a chunk that tells no length for nothing', async () => {
    const stream = replayableStream(Readable.from([1, 2]), 0);
    const sent: unknown[] = [];
    for await (const chunk of stream.open()) sent.push(chunk);
    expect(sent).toEqual([1, 2]);
    expect(stream.isWhole()).toBe(true);
  });

  it('is what it was, though its chunk is filled anew', async () => {
    const chunk = new Uint8Array(1);
    async function* refilled(): AsyncGenerator<Uint8Array> {
      for (const byte of [97, 98]) {
        chunk[0] = byte;
        yield chunk;
      }
    }
    const stream = replayableStream(refilled(), 2);
    expect(await textOf(stream.open())).toBe('ab');
    expect(await textOf(stream.open())).toBe('ab');
  });

  it('goes on where the server refused it before its end', async () => {
    const stream = replayableStream(chunks('abc', 'def', 'ghi'), 4);
    const first = stream.open();
    await first.next();
    stream.stop();
    expect(stream.isWhole()).toBe(true);
    await expect(first.next()).rejects.toThrow('This body is sent anew.');
    expect(await textOf(stream.open())).toBe('abcdefghi');
  });

  it('keeps what was on its way when the first attempt was stopped', async () => {
    const stream = replayableStream(chunks('abc', 'def', 'ghi'), 4);
    const first = stream.open();
    await first.next();
    const late = first.next();
    stream.stop();
    await expect(late).rejects.toThrow('This body is sent anew.');
    expect(stream.isWhole()).toBe(true);
    expect(await textOf(stream.open())).toBe('abcdefghi');
  });

  it('breaks off in each attempt where its source broke off', async () => {
    const failure = new Error('broke off');
    async function* broken(): AsyncGenerator<string> {
      yield 'a';
      throw failure;
    }
    const stream = replayableStream(broken(), 10);
    await expect(textOf(stream.open())).rejects.toBe(failure);
    await expect(textOf(stream.open())).rejects.toBe(failure);
    const locked = new Blob(['a']).stream();
    locked.getReader();
    await expect(textOf(replayableStream(locked, 1).open())).rejects.toBeInstanceOf(TypeError);
  });

  it('lets go of its source when the request is over, and not before', async () => {
    const cancel = vi.fn<() => void>();
    const source = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1)),
      cancel,
    });
    const stream = replayableStream(source, 10);
    const body = toReadableStream(stream.open()).getReader();
    await body.read();
    await body.cancel();
    expect(cancel).not.toHaveBeenCalled();
    const again = stream.open();
    await again.next();
    stream.settle();
    // It is still being sent: servers may answer early.
    expect(cancel).not.toHaveBeenCalled();
    await again.return?.();
    await vi.waitFor(() => expect(cancel).toHaveBeenCalledTimes(1));
  });

  it('lets go of what need not know', async () => {
    const source = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 'a' }) }) };
    const stream = replayableStream(source, 10);
    const first = stream.open();
    await first.next();
    const second = stream.open();
    await first.return?.();
    stream.settle();
    expect(await second.next()).toEqual({ done: false, value: 'a' });
    expect(() => second.return?.()).not.toThrow();
  });

  it('that was never sent stays the caller’s', async () => {
    const source = new Blob(['mine']).stream();
    replayableStream(source, 10).settle();
    expect(source.locked).toBe(false);
  });
});

describe('a stream of the web', () => {
  it('is read when it is read, and ends when it ends', async () => {
    const source = chunks('a', 'b');
    const next = vi.spyOn(source, 'next');
    const stream = toReadableStream(source);
    expect(next).not.toHaveBeenCalled();
    expect(await new Response(stream as ReadableStream<Uint8Array>).text()).toBe('ab');
    await toReadableStream({ next: () => source.next() }).cancel();
  });
});
