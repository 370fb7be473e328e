import { invalidOption } from '../errors.js';
import type { Verdict } from '../session/guard.js';
import type { Awaitable } from '../session/store.js';
import { parseChallenges } from './challenges.js';

/** A reply, as far as a judge may look at it. */
export interface JudgedReply {
  readonly status: number;
  /** A header of the reply, null when it is not there. */
  header(name: string): string | null;
  /** What was thrown in place of a reply; `status` is what it tells of one, else 0. */
  readonly error?: unknown;
  /** Its body: parsed where it is JSON, else as text. The caller's reply stays readable. */
  body(): Awaitable<unknown>;
}

/** Says what a reply means for the tokens it was asked with. */
export type Judge = (reply: JudgedReply) => Awaitable<Verdict>;

/** By status: what every server can say. Left out, 401 means `refresh`. */
export function statuses({
  refresh = [401],
  signOut = [],
}: { refresh?: readonly number[]; signOut?: readonly number[] } = {}): Judge {
  checkCodes('statuses({ refresh })', refresh);
  checkCodes('statuses({ signOut })', signOut);
  return ({ status }) =>
    signOut.includes(status) ? 'sign-out' : refresh.includes(status) ? 'refresh' : 'pass';
}

export type EnvelopeOptions = {
  /** Where the code stands: a key, a path such as `error.code`, or a function. */
  readonly code: string | ((body: unknown) => unknown);
  /** Codes that mean dead tokens. Numbers and strings alike: 42001 is also '42001'. */
  readonly refresh: readonly (number | string)[];
  /** Codes that end the session at once. */
  readonly signOut?: readonly (number | string)[];
};

/**
 * By a code in the body, for servers that answer 200 to everything. Bodies that are blobs or buffers are looked into
 * where they hold JSON.
 *
 * @example
 * ```ts
 * import { envelope } from 'holdfast';
 *
 * export const judge = envelope({ code: 'errcode', refresh: [40001, 42001], signOut: [48888] });
 * ```
 */
export function envelope({ code, refresh, signOut = [] }: EnvelopeOptions): Judge {
  if (typeof code !== 'function' && (typeof code !== 'string' || code === '')) {
    throw invalidOption('envelope({ code })', 'a key, a path or a function', code);
  }
  checkCodes('envelope({ refresh })', refresh);
  checkCodes('envelope({ signOut })', signOut);
  const read = typeof code === 'function' ? code : (body: unknown) => atPath(body, code);
  const dead = new Set(refresh.map(String));
  const over = new Set(signOut.map(String));
  return (reply) => whenKnown(reply.body(), (body) => {
    const found = read(body);
    if (typeof found !== 'number' && typeof found !== 'string') return 'pass';
    return over.has(String(found)) ? 'sign-out' : dead.has(String(found)) ? 'refresh' : 'pass';
  }); // prettier-ignore
}

/** GraphQL over HTTP 200: an error whose `extensions.code` is one of these. */
export function graphql({ refresh = ['UNAUTHENTICATED'] }: { refresh?: readonly string[] } = {}): Judge {
  checkCodes('graphql({ refresh })', refresh);
  return (reply) => whenKnown(reply.body(), (body) => {
    const errors = atPath(body, 'errors');
    const codes = Array.isArray(errors) ? errors.map((error) => atPath(error, 'extensions.code')) : [];
    return codes.some((code) => refresh.includes(code as string)) ? 'refresh' : 'pass';
  }); // prettier-ignore
}

/**
 * By `WWW-Authenticate` (RFC 6750, section 3; RFC 9110, section 11.6.1): on a 401, a Bearer challenge that says
 * `insufficient_scope` passes, since newer tokens would have no more scope. Where the header cannot be read, because the
 * server does not expose it across origins or garbles it, a 401 counts as `refresh`.
 */
export function challenge(): Judge {
  return (reply) => {
    if (reply.status !== 401) return 'pass';
    const bearers = parseChallenges(reply.header('www-authenticate') ?? '').filter(
      ({ scheme }) => scheme === 'bearer',
    );
    return bearers.some(({ parameters }) => parameters['error'] === 'insufficient_scope')
      ? 'pass'
      : 'refresh';
  };
}

/** The first verdict that is not `pass`. */
export function firstOf(...judges: readonly Judge[]): Judge {
  for (const judge of judges)
    if (typeof judge !== 'function') throw invalidOption('firstOf(judges)', 'judges', judge);
  return async (reply) => {
    for (const judge of judges) {
      const verdict = await judge(reply);
      if (verdict !== 'pass') return verdict;
    }
    return 'pass';
  };
}

/** Only what has to be read costs a wait. */
export function whenKnown<Value, Result>(
  value: Awaitable<Value>,
  decide: (known: Value) => Result,
): Awaitable<Result> {
  return isThenable(value) ? Promise.resolve(value).then(decide) : decide(value);
}

function isThenable<Value>(value: Awaitable<Value>): value is PromiseLike<Value> {
  return typeof (value as PromiseLike<Value> | null | undefined)?.then === 'function';
}

function atPath(body: unknown, path: string): unknown {
  let value = body;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function checkCodes(option: string, codes: unknown): void {
  const fits =
    Array.isArray(codes) && codes.every((code) => typeof code === 'number' || typeof code === 'string');
  if (!fits) throw invalidOption(option, 'an array of numbers or strings', codes);
}
