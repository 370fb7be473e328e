import { describe, expect, it, vi } from 'vitest';
import { isWorthReading, parseBlob, parseBody, parseBytes, parseStream } from '../../src/policy/answers.js';
import { deferred } from '../support/deferred.js';

const MIB = 1_048_576;

function told(headers: Record<string, string>): (name: string) => string | null {
  return (name) => headers[name] ?? null;
}

describe('what is worth reading', () => {
  it.each([
    '',
    'application/json',
    'application/JSON; charset=UTF-8',
    'text/html',
    'text/plain',
    'Text/JavaScript',
    'application/problem+json',
    'application/vnd.api+json',
    'application/graphql-response+json',
    'application/x-www-form-urlencoded',
    'unknown',
  ])('is what may be an answer: %j', (type) => {
    expect(isWorthReading(told(type ? { 'content-type': type } : {}))).toBe(true);
  });

  it.each([
    'text/event-stream',
    'TEXT/EVENT-STREAM; charset=utf-8',
    'application/octet-stream',
    'image/png',
    'Video/MP4',
    'audio/mpeg',
    'font/woff2',
    'multipart/x-mixed-replace; boundary=x',
    'application/zip',
    'application/gzip',
    'application/pdf',
    'application/wasm',
    'application/x-ndjson',
    'application/jsonl',
    'application/json-seq',
    'application/stream+json',
    'application/grpc-web-text',
    'application/vnd.ms-excel',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/msword',
    'application/force-download',
  ])('is no download and no stream: %j', (type) => {
    expect(isWorthReading(told({ 'content-type': type }))).toBe(false);
  });

  it('is neither saved as a file nor long', () => {
    const json = { 'content-type': 'application/json' };
    const disposition = 'Attachment; filename="a.json"';
    expect(isWorthReading(told({ ...json, 'content-disposition': disposition }))).toBe(false);
    expect(isWorthReading(told({ ...json, 'content-disposition': 'inline' }))).toBe(true);
    expect(isWorthReading(told({ ...json, 'content-length': String(MIB) }))).toBe(true);
    expect(isWorthReading(told({ ...json, 'content-length': String(MIB + 1) }))).toBe(false);
  });
});

describe('a body', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['\uFEFF{"a":1}', { a: 1 }],
    ['7', 7],
    ['', ''],
    ['<html>', '<html>'],
    ['x'.repeat(MIB + 1), undefined],
  ])('is parsed where it is JSON: %.20j', (text, expected) => {
    expect(parseBody(text)).toEqual(expected);
  });

  it('is read in its charset, whatever it is made of', async () => {
    const text = JSON.stringify({ name: 'é' });
    const latin = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const utf16 = Uint8Array.from(Buffer.from(text, 'utf16le'));
    expect(parseBytes(latin, 'application/json; Charset="ISO-8859-1"')).toEqual({ name: 'é' });
    expect(parseBytes(utf16.buffer, 'application/json;charset=utf-16le')).toEqual({ name: 'é' });
    expect(parseBytes(Buffer.from(text), 'application/json; charset=unheard-of')).toEqual({ name: 'é' });
    expect(await parseBlob(new Blob([text]), null)).toEqual({ name: 'é' });
    const long = new Uint8Array(MIB + 1);
    expect([parseBytes(long, null), parseBlob(new Blob([long]), null)]).toEqual([undefined, undefined]);
  });
});

/** A stream of these pieces that then says nothing more, unless it is told to end or to break off. */
function pieces(
  parts: readonly (string | Uint8Array)[],
  end: 'silence' | 'end' | 'break' = 'silence',
): { stream: ReadableStream<Uint8Array>; cancel: ReturnType<typeof vi.fn> } {
  const cancel = vi.fn<() => void>();
  const left = parts.map((part) => (typeof part === 'string' ? new TextEncoder().encode(part) : part));
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const next = left.shift();
        if (next) controller.enqueue(next);
        else if (end === 'end') controller.close();
        else if (end === 'break') controller.error(new Error('broke off'));
        else return deferred().promise;
        return undefined;
      },
      cancel,
    },
    { highWaterMark: 0 },
  );
  return { stream, cancel };
}

it('is not decoded where the platform cannot', () => {
  vi.stubGlobal('TextDecoder', undefined);
  expect(parseBytes(new Uint8Array([55]), null)).toBeUndefined();
  vi.unstubAllGlobals();
});

describe('a streamed body', () => {
  it.each([
    ['text that is no JSON', ['tick\n'], 'tick\n'],
    ['JSON that is whole', [' ', '{"a":{"b":1}', '} \n'], { a: { b: 1 } }],
    ['a list that is whole', ['[1,', '2]'], [1, 2]],
    ['the first of many lines of JSON', ['{"a":1}\n'], { a: 1 }],
  ])('without end is left as soon as it is known: %s', async (_, parts, expected) => {
    const { stream, cancel } = pieces(parts);
    expect(await parseStream(stream, null, false)).toEqual(expected);
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  it('is not taken for whole in its middle', async () => {
    const parts = ['{"a":{}', ',"b":[{}', '],"c":"}', '"}'];
    expect(await parseStream(pieces(parts).stream, null, false)).toEqual({ a: {}, b: [{}], c: '}' });
  });

  it('is read to its end where it has one, across pieces and their charset', async () => {
    const [first, second] = [new Uint8Array([0x22, 0xc3]), new Uint8Array([0xa9, 0x22])];
    expect(await parseStream(pieces([first, second], 'end').stream, null, true)).toBe('é');
    expect(await parseStream(pieces(['<ht', 'ml>'], 'end').stream, 'text/html', true)).toBe('<html>');
    expect(await parseStream(pieces([], 'end').stream, null, false)).toBe('');
  });

  it('that breaks off is what has come of it', async () => {
    expect(await parseStream(pieces(['{"a"'], 'break').stream, null, true)).toBe('{"a"');
  });

  it('that is too long is not read on', async () => {
    const { stream, cancel } = pieces(['{', new Uint8Array(MIB)]);
    expect(await parseStream(stream, null, true)).toBeUndefined();
    expect(cancel).toHaveBeenCalledTimes(1);
  });
});
