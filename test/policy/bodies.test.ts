import { describe, expect, it, vi } from 'vitest';
import { copyOfBody, isStream, releaseStream } from '../../src/policy/bodies.js';

describe('streams', () => {
  it('tell streams from what can be read again', async () => {
    const { Readable } = await import('node:stream');
    async function* chunks(): AsyncGenerator<string> {
      yield 'a';
    }
    const streams = [new ReadableStream(), Readable.from(['a']), chunks(), new Response('a').body];
    expect(streams.map(isStream)).toEqual([true, true, true, true]);
    const others = [
      null,
      undefined,
      'a',
      {},
      [],
      new Blob(['a']),
      new FormData(),
      new URLSearchParams(),
      () => {},
    ];
    expect(others.map(isStream)).toEqual(others.map(() => false));
  });

  it('are let go of', () => {
    const destroyed = { pipe() {}, destroy: vi.fn<() => void>() };
    releaseStream(destroyed);
    expect(destroyed.destroy).toHaveBeenCalledTimes(1);
    const cancelled = { getReader() {}, cancel: vi.fn<() => Promise<void>>(() => Promise.resolve()) };
    releaseStream(cancelled);
    expect(cancelled.cancel).toHaveBeenCalledTimes(1);
    expect(() => releaseStream({ getReader() {} })).not.toThrow();
    expect(() => releaseStream('text')).not.toThrow();
  });

  it('stay with who reads them already', async () => {
    const stream = new Blob(['a']).stream();
    const reader = stream.getReader();
    releaseStream(stream);
    expect((await reader.read()).done).toBe(false);
  });
});

describe('a copy of a form', () => {
  /** Of a polyfill: what it has need not be what the platform takes. */
  class OtherForm {
    readonly [Symbol.toStringTag] = 'FormData';
    readonly entries: [string, unknown][] = [];
    append(name: string, value: unknown): void {
      this.entries.push([name, value]);
    }
    forEach(look: (value: unknown, name: string) => void): void {
      for (const [name, value] of this.entries) look(value, name);
    }
  }

  it('is of the same kind where the form is none of the platform’s', () => {
    const form = new OtherForm();
    form.append('n', 1);
    const copy = copyOfBody(form);
    expect(copy).toBeInstanceOf(OtherForm);
    expect(copy).not.toBe(form);
    expect(copy).toEqual(form);
  });

  it('needs no platform that has one', () => {
    vi.stubGlobal('FormData', undefined);
    const form = new OtherForm();
    const copy = copyOfBody(form);
    expect(copy).toBeInstanceOf(OtherForm);
    expect(copy).not.toBe(form);
    vi.unstubAllGlobals();
  });
});

describe('a copy of bytes', () => {
  it.each([
    ['an ArrayBuffer', () => new Uint8Array([1, 2]).buffer],
    ['a Buffer', () => Buffer.from([1, 2])],
    ['a part of larger bytes', () => new Uint8Array([0, 1, 2, 3]).subarray(1, 3)],
    ['numbers', () => new Uint16Array([1, 2])],
    ['a DataView', () => new DataView(new Uint8Array([0, 1, 2]).buffer, 1)],
  ])('is of the same kind, and no longer the caller’s: %s', (_, make) => {
    const body = make();
    const copy = copyOfBody(body);
    expect(copy).toEqual(make());
    expect(Object.getPrototypeOf(copy)).toBe(Object.getPrototypeOf(body));
    const bytes = ArrayBuffer.isView(body) ? body : new Uint8Array(body);
    new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).fill(9);
    expect(copy).toEqual(make());
  });

  it('is not made of what cannot be copied', () => {
    const blob = new Blob(['a']);
    expect(copyOfBody(blob)).toBe(blob);
  });
});
