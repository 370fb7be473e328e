import { invalidOption } from '../errors.js';
import type { Verdict } from '../session/request/guard-options.js';
import { isThenable, type Awaitable } from '../session/platform/awaitable.js';
import { parseChallenges } from './challenges.js';
import { readReply, type JudgedReply } from './replies.js';

export type { JudgedReply };

/** Says what a reply means for the tokens it was asked with. */
export type Judge = (reply: JudgedReply) => Awaitable<Verdict>;

/**
 * A judge that also reads what a client's own functions resolve or reject with, so that it serves `session.guard()` as
 * it is: a `Response`, a reply of axios or got, `{ status, headers, data }`, an error that carries one, or a bare body.
 */
export type AnyJudge = (reply: unknown) => Awaitable<Verdict>;

/** By status: what every server can say. Left out, 401 means `refresh`. */
export function statuses({
  refresh = [401],
  signOut = [],
}: { refresh?: readonly number[]; signOut?: readonly number[] } = {}): AnyJudge {
  checkCodes('statuses({ refresh })', refresh);
  checkCodes('statuses({ signOut })', signOut);
  return (reply) => {
    const { status } = readReply(reply);
    if (signOut.includes(status)) return 'sign-out';
    return refresh.includes(status) ? 'refresh' : 'pass';
  };
}

export type EnvelopeOptions = {
  /** Where the code stands: a key, a path such as `error.code`, or a function. */
  readonly code: string | ((body: unknown) => unknown);
  /** Codes that mean dead tokens. Numbers and strings alike: 42001 is also '42001'. */
  readonly refresh: readonly (number | string)[];
  /** Codes that end the session at once. */
  readonly signOut?: readonly (number | string)[];
  /**
   * Where the server says why it signs out (signed in elsewhere, say): a key, a path or a function. It comes back as the
   * `note` of the `ended` event and of `session-ended`. @default none
   */
  readonly note?: string | ((body: unknown) => unknown);
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
export function envelope({ code, refresh, signOut = [], note = () => undefined }: EnvelopeOptions): AnyJudge {
  const read = readerAt('envelope({ code })', code);
  const readNote = readerAt('envelope({ note })', note);
  checkCodes('envelope({ refresh })', refresh);
  checkCodes('envelope({ signOut })', signOut);
  const dead = new Set(refresh.map(String));
  const over = new Set(signOut.map(String));
  return byBody((body) => {
    const found = read(body);
    if (typeof found !== 'number' && typeof found !== 'string') return 'pass';
    if (!over.has(String(found))) return dead.has(String(found)) ? 'refresh' : 'pass';
    const said = readNote(body);
    return typeof said === 'string' && said ? { verdict: 'sign-out', note: said } : 'sign-out';
  });
}

/** GraphQL over HTTP 200: an error whose `extensions.code` is one of these. */
export function graphql({ refresh = ['UNAUTHENTICATED'] }: { refresh?: readonly string[] } = {}): AnyJudge {
  checkCodes('graphql({ refresh })', refresh);
  return byBody((body) => {
    const errors = atPath(body, 'errors');
    const codes = Array.isArray(errors) ? errors.map((error) => atPath(error, 'extensions.code')) : [];
    return codes.some((code) => refresh.includes(code as string)) ? 'refresh' : 'pass';
  });
}

/**
 * By `WWW-Authenticate` (RFC 6750, section 3; RFC 9110, section 11.6.1): on a 401, a Bearer challenge that says
 * `insufficient_scope` passes, since newer tokens would have no more scope. Where the header cannot be read, because the
 * server does not expose it across origins or garbles it, a 401 counts as `refresh`.
 */
export function challenge(): AnyJudge {
  return (reply) => {
    const { status, header } = readReply(reply);
    if (status !== 401) return 'pass';
    const bearers = parseChallenges(header('www-authenticate') ?? '').filter(
      ({ scheme }) => scheme === 'bearer',
    );
    return bearers.some(({ parameters }) => parameters['error'] === 'insufficient_scope')
      ? 'pass'
      : 'refresh';
  };
}

/** The first verdict that is not `pass`. */
export function firstOf(...judges: readonly Judge[]): AnyJudge {
  for (const judge of judges)
    if (typeof judge !== 'function') throw invalidOption('firstOf(judges)', 'judges', judge);
  return async (reply) => {
    const read = readReply(reply);
    for (const judge of judges) {
      const verdict = await judge(read);
      if (verdict !== 'pass') return verdict;
    }
    return 'pass';
  };
}

function byBody(decide: (body: unknown) => Verdict): AnyJudge {
  return (reply) => whenKnown(readReply(reply).body(), decide);
}

/** Only what has to be read costs a wait. */
export function whenKnown<Value, Result>(
  value: Awaitable<Value>,
  decide: (known: Value) => Result,
): Awaitable<Result> {
  return isThenable(value) ? Promise.resolve(value).then(decide) : decide(value);
}

function readerAt(option: string, place: string | ((body: unknown) => unknown)): (body: unknown) => unknown {
  if (typeof place === 'function') return place;
  if (typeof place !== 'string' || place === '')
    throw invalidOption(option, 'a key, a path or a function', place);
  return (body) => atPath(body, place);
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
