import { invalidOption } from '../errors.js';
import type { GuardOptions } from '../session/guard.js';
import { bearer, type Attach } from './attach.js';
import { statuses, type Judge, type JudgedReply } from './judge.js';
import { originRule, type OriginRule } from './origins.js';

/** How a client is put under a session. `Request` is what that client calls a request. */
export interface ClientOptions<T, Request> {
  /** How tokens get into a request. @default bearer() */
  attach?: Attach<T>;
  /** What a reply means for the tokens. @default statuses({ refresh: [401] }) */
  judge?: Judge;
  /**
   * The origins that tokens may go to; a request to any other goes out as it is, neither held nor judged.
   * @default the origins of the client's base URL and of the page
   */
  origins?: readonly string[];
  /** Requests to leave alone, such as the login. @default none */
  skip?(request: Request): boolean;
  /** False: no request is sent twice; a rejected one rejects with `not-replayable`. @default true */
  replay?: boolean;
  /**
   * New tokens that an ordinary reply brings in a header: tokens, a part of them, or an access token. Asked for replies
   * that passed, never for a 304; undefined or empty means none.
   */
  renewedBy?(reply: JudgedReply): unknown;
}

/** The same for one request: `session: { … }` on an axios config or a fetch init. */
export interface RequestSessionOptions {
  /** Leaves this request alone: no tokens, no hold, no judgement. */
  skip?: boolean;
  /** Neither counted in `pending` nor worth a retry of the refresh: for polling. */
  background?: boolean;
  /** False where sending it twice would do harm. */
  replay?: boolean;
  /** Comes back in the `held`, `released` and `replayed` events of this request. */
  tag?: string;
}

export type ClientSettings<T, Request> = {
  readonly attach: Attach<T>;
  readonly allows: OriginRule;
  readonly skip: (request: Request) => boolean;
  readonly replay: boolean;
  readonly judge: Judge;
  readonly renewedBy: ((reply: JudgedReply) => unknown) | undefined;
};

const KNOWN = ['attach', 'judge', 'origins', 'skip', 'replay', 'renewedBy'];

/** @throws `invalid-option` */
export function resolveClientOptions<T, Request>(
  options: ClientOptions<T, Request>,
  known: readonly string[] = KNOWN,
): ClientSettings<T, Request> {
  const unknown = Object.keys(options).find((name) => !known.includes(name) && !KNOWN.includes(name));
  if (unknown !== undefined) throw invalidOption(unknown, `one of ${KNOWN.join(', ')}`, 'another name');
  for (const name of ['attach', 'judge', 'skip', 'renewedBy'] as const) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== 'function') throw invalidOption(name, 'a function', value);
  }
  const { attach = bearer<T>(), judge = statuses(), replay = true } = options;
  if (typeof replay !== 'boolean') throw invalidOption('replay', 'true or false', replay);
  return {
    attach,
    allows: originRule(options.origins),
    skip: (request) => options.skip?.(request) ?? false,
    replay,
    judge,
    renewedBy:
      options.renewedBy && ((reply) => (reply.status === 304 ? undefined : options.renewedBy?.(reply))),
  };
}

/** What `guard()` is told of one request, judged through `read`. */
export function guardOptions<T, Request, Reply>(
  settings: ClientSettings<T, Request>,
  request: RequestSessionOptions | undefined,
  signal: AbortSignal | undefined,
  replayable: boolean,
  read: (reply: Reply) => JudgedReply,
): GuardOptions<Reply> {
  const { judge, renewedBy, replay } = settings;
  return {
    judge: (reply) => judge(read(reply)),
    signal,
    replay: replayable && (request?.replay ?? replay),
    background: request?.background,
    tag: request?.tag,
    ...(renewedBy && { renewedBy: (reply: Reply) => renewedBy(read(reply)) }),
  };
}

/** JSON where the text is JSON, else the text. */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Whether a body can be read only once: a stream of Node or of the web, or any other source of chunks. */
export function isStream(body: unknown): body is { destroy?(): void; cancel?(): Promise<void> } {
  if (typeof body !== 'object' || body === null) return false;
  const { pipe, getReader } = body as { pipe?: unknown; getReader?: unknown };
  return typeof pipe === 'function' || typeof getReader === 'function' || Symbol.asyncIterator in body;
}

/** Lets go of a reply that nobody will read, so that its connection is free. */
export function releaseStream(body: unknown): void {
  if (!isStream(body)) return;
  if (typeof body.destroy === 'function') body.destroy();
  // A body that somebody reads already is theirs.
  else body.cancel?.().catch(() => {});
}
