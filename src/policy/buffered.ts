import { invalidOption } from '../errors.js';
import { isStream } from './bodies.js';
import { replayableStream, toReadableStream, type ReplayableStream } from './replayable-stream.js';

/** A body that can be read only once, and is sent twice all the same. */
export type BufferedBody = Pick<ReplayableStream, 'isWhole' | 'stop' | 'settle'> & {
  /** The body for one attempt, as axios takes it: a stream of Node where there is Node and it was none of the web. */
  body(): unknown;
  /** The same as a stream of the web, which is what `fetch` takes. */
  webBody(): ReadableStream<unknown>;
};

/** Keeps a body while it is sent; undefined for what is no stream. */
export type Buffering = (body: unknown) => BufferedBody | undefined;

type Source = AsyncIterable<unknown>;
/** A form with streams in it: a stream itself, of an old kind that cannot be iterated. */
type StreamedForm = {
  pipe(target: unknown): unknown;
  on(type: 'error', listener: (error: unknown) => void): unknown;
  append?: unknown;
  getHeaders?(): unknown;
  getLength?(done: (error: Error | null, length?: number) => void): void;
};
type NodeStreams = {
  PassThrough: new () => Source & { destroy(error?: unknown): void };
  Readable: { from(source: Source, options: { objectMode: boolean }): object };
};

/**
 * For the option `streams`: a request body that is a stream is kept while it is sent, up to this many bytes, and can then
 * be sent again; a longer one is not replayed.
 *
 * @throws `invalid-option`
 * @example
 * ```ts
 * import { buffered, createSession } from 'holdfast';
 * import { guardFetch } from 'holdfast/fetch';
 *
 * type Tokens = { accessToken: string; refreshToken: string };
 * declare const session: ReturnType<typeof createSession<Tokens>>;
 *
 * export const fetch = guardFetch(session, { streams: buffered(1_000_000) });
 * ```
 */
export function buffered(bytes: number): Buffering {
  if (typeof bytes !== 'number' || !(bytes >= 0))
    throw invalidOption('buffered(bytes)', 'a number of at least 0, or Infinity', bytes);
  return (source) => {
    if (bytes === 0 || !isStream(source)) return undefined;
    const isOfTheWeb = 'getReader' in source;
    const streams = isOfTheWeb ? undefined : nodeStreams();
    const form =
      isOfTheWeb || Symbol.asyncIterator in source ? undefined : (source as unknown as StreamedForm);
    if (form && !streams) return undefined;
    const chunks = form && streams ? piped(form, streams) : source;
    const { open, ...kept } = replayableStream(chunks, bytes);
    const asked = form ? askedOf(form) : {};
    const webBody = (): ReadableStream<unknown> => toReadableStream(open());
    const body = (): unknown =>
      streams ? withMethods(streams.Readable.from(open(), { objectMode: false }), asked) : webBody();
    return { ...kept, body, webBody };
  };
}

/** Read from the first time on that somebody asks. */
function piped(form: StreamedForm, { PassThrough }: NodeStreams): Source {
  return {
    [Symbol.asyncIterator]() {
      const through = new PassThrough();
      form.on('error', (error) => through.destroy(error));
      form.pipe(through);
      return through[Symbol.asyncIterator]();
    },
  };
}

/** What axios knows a form by, and asks it for. A form that was read no longer knows how long it was. */
function askedOf(form: StreamedForm): Record<string, unknown> {
  if (!form.getHeaders) return {};
  let length: Promise<number | undefined> | undefined;
  return {
    append: form.append,
    toString: () => '[object FormData]',
    getHeaders: () => form.getHeaders?.(),
    getLength(done: (error: Error | null, length?: number) => void) {
      length ??= new Promise((resolve, reject) => {
        form.getLength?.((error, known) => (error ? reject(error) : resolve(known)));
      });
      // eslint-disable-next-line promise/no-callback-in-promise -- form-data's own way
      length.then((known) => done(null, known), done);
    },
  };
}

function withMethods(stream: object, methods: Record<string, unknown>): object {
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(stream, name, { value });
  return stream;
}

/** Asked for, not imported: a bundle for browsers is to hold nothing of it. */
function nodeStreams(): NodeStreams | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  return process?.getBuiltinModule?.('stream') as NodeStreams | undefined;
}
