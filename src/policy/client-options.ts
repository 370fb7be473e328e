import { A_FUNCTION, checkOptions, oneOf, type Rule } from '../checks.js';
import type { Session } from '../session/session.js';
import { bearer, checkAttachment, type Attach, type Attachment } from './attach.js';
import type { Buffering } from './buffered.js';
import { statuses, type Judge } from './judge.js';
import { originRule, type OriginRule } from './origins.js';
import type { JudgedReply } from './replies.js';

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
   * What keeps a request body that is a stream, which can be read only once, so that it can be sent again:
   * `buffered(65_536)`. @default none: it is not replayed
   */
  streams?: Buffering;
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
  /** What keeps its body where that is a stream, so that it can be sent again: `buffered(65_536)`. */
  streams?: Buffering;
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
  readonly streams: Buffering | undefined;
  readonly whenSignedOut: 'send' | 'reject';
  /** Whether a redirect to where no tokens may go fails. */
  readonly refusesRedirects: boolean;
  readonly judge: Judge;
  readonly tokensFromReply: ((reply: JudgedReply) => unknown) | undefined;
};

const RULES: Record<keyof ClientOptions<unknown, unknown>, Rule> = {
  attach: A_FUNCTION,
  judge: A_FUNCTION,
  origins: ['an array of origins', Array.isArray],
  skip: A_FUNCTION,
  replay: ['true or false', (value) => typeof value === 'boolean'],
  streams: A_FUNCTION,
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
  const { attach = bearer<T>(), judge = statuses(), replay = true, whenSignedOut = 'send' } = options;
  let latest: Attachment | undefined;
  // Where a cookie does it, an `attach` is given that attaches nothing on purpose: no reason to warn.
  let warnsOfNone = !options.attach;
  return {
    attach(tokens) {
      latest = checkAttachment(attach(tokens));
      if (warnsOfNone && !latest.headers) {
        warnsOfNone = false;
        warn('attach', NO_TOKEN);
      }
      return latest;
    },
    attached: () => latest,
    allows: originRule(options.origins, () => warn('origins', NO_ORIGIN)),
    skip: (request) => options.skip?.(request) ?? false,
    replay,
    streams: options.streams,
    whenSignedOut,
    refusesRedirects: options.crossOriginRedirects === 'refuse',
    judge,
    tokensFromReply: options.renewedBy && ((reply) => options.renewedBy?.(reply)),
  };
}
