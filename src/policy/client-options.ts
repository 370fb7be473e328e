import { isHoldfastError } from '../errors.js';
import type { GuardOptions, Verdict } from '../session/guard-options.js';
import { A_FUNCTION, checkOptions, numberFrom, oneOf, type Rule } from '../checks.js';
import type { Awaitable } from '../session/awaitable.js';
import type { Session } from '../session/session.js';
import { bearer, checkAttachment, isCallersOwn, type Attach, type Attachment } from './attach.js';
import { statuses, whenKnown, type Judge } from './judge.js';
import { originRule, type OriginRule } from './origins.js';
import { readThrown, responseOf, type JudgedReply } from './replies.js';

/** How a client is put under a session. `Request` is what that client calls a request. */
export interface ClientOptions<T, Request> {
  /** How tokens get into a request. @default bearer() */
  attach?: Attach<T>;
  /** What a reply means for the tokens. @default statuses({ refresh: [401] }) */
  judge?: Judge;
  /**
   * The origins that tokens may go to, such as `https://api.example.com`, or `https://*.example.com` for all below one; a
   * request to any other goes out as it is, neither held nor judged. Where none is known, outside of a page, a
   * `warning` says so once.
   * @default the page's, and that of the client's base URL where it is absolute
   */
  origins?: readonly string[];
  /** Requests to leave alone, such as the login. @default none */
  skip?(request: Request): boolean;
  /** False: no request is sent twice; a rejected one rejects with `not-replayable`. @default true */
  replay?: boolean;
  /**
   * A request body that is a stream can be read only once. Up to this many bytes of it are kept so that it can be sent
   * again; a longer one is not replayed. @default 0
   */
  bufferBytes?: number;
  /**
   * What becomes of a request while nobody is signed in. `send`: it goes out without tokens, as on a login page.
   * `reject`: nothing is sent, and it rejects with `session-ended`; the login itself is then to be marked `skip`.
   * @default 'send'
   */
  whenSignedOut?: 'send' | 'reject';
  /**
   * `refuse` fails a request that carries tokens and is redirected to an origin where no tokens may go. Browsers do not
   * show a redirect before they follow it, and take a header of your own along (`Authorization` they drop); there it
   * refuses every redirect. @default 'follow'
   */
  crossOriginRedirects?: 'follow' | 'refuse';
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
  /** How much of a streamed body may be kept so that it can be sent again, in bytes. */
  bufferBytes?: number;
  /** What becomes of it while nobody is signed in. */
  whenSignedOut?: 'send' | 'reject';
  /** Comes back in the `held`, `released` and `replayed` events of this request. */
  tag?: string;
}

export type ClientSettings<T, Request> = {
  readonly attach: Attach<T>;
  /** What was attached last, undefined before the first time. */
  readonly attached: () => Attachment | undefined;
  readonly allows: OriginRule;
  readonly skip: (request: Request) => boolean;
  readonly replay: boolean;
  readonly bufferBytes: number;
  readonly whenSignedOut: 'send' | 'reject';
  readonly crossOriginRedirects: 'follow' | 'refuse';
  readonly judge: Judge;
  readonly renewedBy: ((reply: JudgedReply) => unknown) | undefined;
};

const RULES: Record<keyof ClientOptions<unknown, unknown>, Rule> = {
  attach: A_FUNCTION,
  judge: A_FUNCTION,
  origins: ['an array of origins', Array.isArray],
  skip: A_FUNCTION,
  replay: ['true or false', (value) => typeof value === 'boolean'],
  bufferBytes: numberFrom(0, Infinity),
  whenSignedOut: oneOf('send', 'reject'),
  crossOriginRedirects: oneOf('follow', 'refuse'),
  renewedBy: A_FUNCTION,
};

const NO_TOKEN =
  'the tokens hold no accessToken, access_token or token, so requests go out without any; ' +
  'tell bearer() where it is, or attach nothing where a cookie does it: () => ({})';

const NO_ORIGIN =
  'no origin is known that tokens may go to, so requests go out without any; ' +
  'list the origins of your API, or give the client an absolute base URL';

/**
 * `warn`: the session's. `ownRules`: for what this client takes beyond the options that all clients have.
 * @throws `invalid-option`
 */
export function resolveClientOptions<T, Request>(
  options: ClientOptions<T, Request>,
  warn: Session<T>['warn'],
  ownRules: Readonly<Record<string, Rule>> = {},
): ClientSettings<T, Request> {
  checkOptions('', options, { ...RULES, ...ownRules });
  const { attach = bearer<T>(), judge = statuses(), replay = true, bufferBytes = 0 } = options;
  const { whenSignedOut = 'send', crossOriginRedirects = 'follow' } = options;
  return {
    // Who attaches nothing on purpose, since a cookie does it, says so.
    ...checked(attach, () => options.attach || warn('attach', NO_TOKEN)),
    allows: originRule(options.origins, () => warn('origins', NO_ORIGIN)),
    skip: (request) => options.skip?.(request) ?? false,
    replay,
    bufferBytes,
    whenSignedOut,
    crossOriginRedirects,
    judge,
    renewedBy:
      options.renewedBy && ((reply) => (reply.status === 304 ? undefined : options.renewedBy?.(reply))),
  };
}

/** `miss` is called the first time that nothing is attached. */
function checked<T>(
  attach: Attach<T>,
  miss: () => unknown,
): Pick<ClientSettings<T, unknown>, 'attach' | 'attached'> {
  let latest: Attachment | undefined;
  let hasMissed = false;
  return {
    attach(tokens) {
      latest = checkAttachment(attach(tokens));
      if (!hasMissed && !latest.headers && !latest.query) {
        hasMissed = true;
        miss();
      }
      return latest;
    },
    attached: () => latest,
  };
}

/**
 * Whether a request's own `Authorization` says who asks, and no tokens are to take its place: then it is left alone. A
 * promise only while the store has not been read yet.
 */
export function bringsCredentials<T>(
  { attach, attached }: ClientSettings<T, never>,
  session: Pick<Session<T>, 'current' | 'ready' | 'snapshot'>,
  authorization: string | null | undefined,
): Awaitable<boolean> {
  // Nearly every request that brings one brings a Bearer, or nothing that could be a scheme.
  if (!authorization || !isCallersOwn(authorization, '')) return false;
  const decide = (): boolean => {
    const tokens = session.current();
    const attachment = tokens === null ? attached() : attach(tokens);
    if (attachment === undefined) return true;
    const name = Object.keys(attachment.headers ?? {}).find((it) => it.toLowerCase() === 'authorization');
    return name !== undefined && isCallersOwn(authorization, attachment.headers?.[name]);
  };
  return session.snapshot().status === 'loading' ? session.ready.then(decide) : decide();
}

/** What a client knows of one request, and how it looks at a reply. */
export type Exchange<Reply> = {
  readonly options: RequestSessionOptions | undefined;
  readonly signal: AbortSignal | undefined;
  /** Whether its body can be sent twice; a function where that shows only when it has been sent once. */
  readonly replayable: boolean | (() => boolean);
  read(reply: Reply): JudgedReply;
  /** Its method, origin and path: what it goes to, without what makes it one of a kind. */
  endpoint(): string;
  /** False for a reply that a redirect brought from where no tokens go: it says nothing of them. */
  trusts(reply: Reply): boolean;
  /** The request is to be sent again: nothing more of the first attempt is. */
  stop?(): void;
  /** Lets go of a reply that the caller never sees, so that its connection is free for the next. */
  release(reply: Reply): void;
};

/** What `guard()` is told of one request. */
export function guardOptions<T, Request, Reply>(
  settings: ClientSettings<T, Request>,
  { options = {}, signal, replayable, read, endpoint, trusts, stop, release }: Exchange<Reply>,
): GuardOptions<Reply> & { readonly replay: boolean } {
  const { judge, renewedBy } = settings;
  const { replay = settings.replay, whenSignedOut = settings.whenSignedOut, background, tag } = options;
  let replies = 0;

  function decided(verdict: Awaitable<Verdict>): Awaitable<Verdict> {
    if (verdict === 'pass' || ++replies > 1 || !stop) return verdict;
    return whenKnown(verdict, (known) => {
      if (known === 'refresh' && guard.replay) stop();
      return known;
    });
  }

  const guard: GuardOptions<Reply> & { replay: boolean } = {
    signal,
    replay: replay && replayable !== false,
    background,
    tag,
    whenSignedOut,
    endpoint,
    release,
    judge: (reply) => decided(trusts(reply) ? judge(read(reply)) : 'pass'),
    judgeThrown(error) {
      // The caller left, or nothing was sent: neither says anything of the tokens.
      if (signal?.aborted || isHoldfastError(error)) return 'pass';
      const reply = responseOf(error) as Reply | undefined;
      if (reply !== undefined && !trusts(reply)) return 'pass';
      return decided(judge(readThrown(error)));
    },
  };
  // Only where it is needed: a getter is dear to make.
  if (typeof replayable === 'function')
    Object.defineProperty(guard, 'replay', { get: () => replay && replayable() });
  if (renewedBy) guard.renewedBy = (reply) => (trusts(reply) ? renewedBy(read(reply)) : undefined);
  return guard;
}
