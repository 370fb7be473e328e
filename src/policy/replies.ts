import type { Awaitable } from '../session/platform/awaitable.js';
import { isWorthReading, parseBlob, parseBody, parseBytes, parseStream } from './answers.js';
import { isStream } from './bodies.js';
import { headerOf, type HeaderOf } from '../session/platform/headers.js';

/** A reply, as far as a judge may look at it. */
export interface JudgedReply {
  /** 0 where none is known: what was thrown in place of a reply need not tell one. */
  readonly status: number;
  /** A header of the reply, null when it is not there. */
  header(name: string): string | null;
  /** What was thrown in place of a reply. */
  readonly error?: unknown;
  /**
   * Its body: parsed where it is JSON, whatever its type says, else as text. The caller's reply stays readable. Undefined
   * for downloads, media, endless streams, and what is longer than 1 MiB: those are not read for a code.
   */
  body(): Awaitable<unknown>;
}

/** The names under which clients put what a reply consists of. */
type Fields = {
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly headers?: unknown;
  readonly header?: unknown;
  readonly data?: unknown;
  readonly body?: unknown;
  readonly response?: unknown;
  readonly clone?: unknown;
  readonly text?: unknown;
  readonly message?: unknown;
  readonly stack?: unknown;
};

/**
 * Any client's reply, or what it threw, as a judge sees it: a `Response`, a reply of axios or got, a plain
 * `{ status, headers, data }`, an error that carries one of these or a status of its own, or a bare body.
 */
export function readReply(reply: unknown): JudgedReply {
  const fields = Object(reply) as Fields;
  if (typeof fields.header === 'function' && typeof fields.body === 'function') return reply as JudgedReply;
  return isError(fields) ? readThrown(reply) : readFields(reply);
}

/** What was thrown in place of a reply. */
export function readThrown(error: unknown): JudgedReply {
  const { status, header, body } = readFields(responseOf(error) ?? error);
  return { status, header, body, error };
}

/** The reply that an error carries. */
export function responseOf(error: unknown): object | undefined {
  const { response } = Object(error) as Fields;
  return typeof response === 'object' && response !== null ? response : undefined;
}

/** The same for what is known to be a client's own reply. */
export function readFields(reply: unknown): JudgedReply {
  const fields = Object(reply) as Fields;
  const header: HeaderOf = (name) => headerOf(fields.headers, name.toLowerCase());
  // Read once, however many judges ask.
  let body: { readonly value: unknown } | undefined;
  return {
    status: statusOf(fields),
    header,
    body: () => (body ??= { value: bodyOf(reply, fields, header) }).value,
  };
}

function statusOf({ status, statusCode }: Fields): number {
  if (typeof status === 'number') return status;
  return typeof statusCode === 'number' ? statusCode : 0;
}

/** Also one of another realm. */
function isError({ message, stack }: Fields): boolean {
  return typeof message === 'string' && typeof stack === 'string';
}

function bodyOf(reply: unknown, fields: Fields, header: HeaderOf): unknown {
  if (typeof fields.clone === 'function' && typeof fields.text === 'function')
    return bodyOfResponse(reply as Response, header);
  // What a server answered may have a `data` too: without status and headers it is the body itself.
  const isBare = statusOf(fields) === 0 && fields.headers === undefined && !isError(fields);
  const content = isBare ? undefined : (fields.data ?? fields.body);
  if (content !== undefined) return contentOf(content, header);
  // An error may say in its own fields what the server said.
  return isBare || (isError(fields) && fields.headers === undefined) ? reply : undefined;
}

function bodyOfResponse(response: Response, header: HeaderOf): unknown {
  if (response.bodyUsed || !isWorthReading(header)) return undefined;
  const copy = response.clone();
  const { body } = copy;
  // Not everywhere can a body be read piece by piece.
  if (typeof body?.getReader !== 'function') return copy.text().then(parseBody, () => '');
  return parseStream(body, header('content-type'), header('content-length') !== null);
}

/** A stream stays unread: it is the caller's. */
function contentOf(content: unknown, header: HeaderOf): unknown {
  if (typeof content === 'string') return parseBody(content);
  if (typeof content !== 'object' || content === null) return content;
  const isBytes = content instanceof ArrayBuffer || ArrayBuffer.isView(content);
  const isBlob = typeof (content as Partial<Blob>).arrayBuffer === 'function';
  if (!isBytes && !isBlob) return isStream(content) ? undefined : content;
  if (!isWorthReading(header)) return undefined;
  const type = header('content-type');
  return isBytes ? parseBytes(content, type) : parseBlob(content as Blob, type);
}
