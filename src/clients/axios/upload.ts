import { isStream } from '../../policy/bodies.js';
import { replayableStream, toReadableStream, type ReplayableStream } from '../../policy/replayable-stream.js';

/** A body that can be read only once, and is sent twice all the same. */
export type Upload = Pick<ReplayableStream, 'isWhole' | 'stop' | 'settle'> & { body(): unknown };

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

/** Keeps up to `most` bytes of a stream; undefined where that cannot be: no stream, or none of this platform's making. */
export function createUpload(data: unknown, most: number): Upload | undefined {
  if (!(most > 0) || !isStream(data)) return undefined;
  if ('getReader' in data) {
    const kept = replayableStream(data, most);
    return { ...kept, body: () => toReadableStream(kept.open()) };
  }
  const streams = nodeStreams();
  if (!streams) return undefined;
  const open = (kept: ReplayableStream): object => streams.Readable.from(kept.open(), { objectMode: false });
  if (Symbol.asyncIterator in data) {
    const kept = replayableStream(data, most);
    return { ...kept, body: () => open(kept) };
  }
  const form = data as unknown as StreamedForm;
  const kept = replayableStream(piped(form, streams), most);
  const asked = askedOf(form);
  return { ...kept, body: () => withMethods(open(kept), asked) };
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
