import { PassThrough, Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { buffered } from '../../src/index.js';

const CHUNKS = ['one ', 'two ', 'three'];

/** As old as those of the package `form-data`: it can be piped, and nothing else. */
function oldStream(): object {
  const through = new PassThrough();
  Readable.from(CHUNKS).pipe(through);
  return { pipe: through.pipe.bind(through), on: through.on.bind(through) };
}

async function textOf(body: unknown): Promise<string> {
  let text = '';
  for await (const chunk of body as AsyncIterable<string | Uint8Array>)
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
  return text;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

it('keeps nothing where it may keep nothing: a body goes out as it is', () => {
  expect(buffered(0)(Readable.from(CHUNKS))).toBeUndefined();
});

describe('a body that is kept', () => {
  it.each([
    ['of the web', () => new Blob(CHUNKS).stream(), ReadableStream],
    ['of Node', () => Readable.from(CHUNKS), Readable],
    ['of an old kind', oldStream, Readable],
  ])('is a stream as it was, as often as it is sent: %s', async (_, make, Kind) => {
    const body = buffered(100)(make());
    expect(await textOf(body?.body())).toBe(CHUNKS.join(''));
    expect(await textOf(body?.webBody())).toBe(CHUNKS.join(''));
    expect(body?.body()).toBeInstanceOf(Kind);
    expect(await textOf(body?.body())).toBe(CHUNKS.join(''));
    expect(body?.isWhole()).toBe(true);
  });

  it('is none where it can be read again anyway', () => {
    for (const body of ['text', undefined, new Blob(['a']), {}]) expect(buffered(100)(body)).toBeUndefined();
  });

  it('is a stream of the web where there are no others', async () => {
    vi.stubGlobal('process', undefined);
    const body = buffered(100)(Readable.from(CHUNKS));
    expect(body?.body()).toBeInstanceOf(ReadableStream);
    expect(buffered(100)(oldStream())).toBeUndefined();
  });
});

it('takes a number of bytes', () => {
  for (const bytes of [-1, Number.NaN, '65536' as unknown as number])
    expect(() => buffered(bytes)).toThrow(
      expect.objectContaining({ code: 'invalid-option', option: 'buffered(bytes)' }),
    );
});
