import { systemClock } from '../session/platform/clock.js';
import type {
  AuthServer,
  AuthServerCounters,
  AuthServerOptions,
  AuthServerTokens,
} from './auth-server/contract.js';
import { createDelays, DroppedAnswerError } from './auth-server/delays.js';
import { sightOf, type EchoedRequest } from './auth-server/echo.js';
import {
  createFaultQueue,
  faultyAnswer,
  type PlannedFault,
  type RefreshFault,
  type RefreshFaultOptions,
} from './auth-server/faults.js';
import { accepted, refused, type Refusal } from './auth-server/replies.js';
import { accessTokensOf, readFields, TOKEN_PARAMETER } from './auth-server/requests.js';
import { DEFAULT_SETTINGS, type AuthServerSettings } from './auth-server/settings.js';
import { createUserDirectory, DEFAULT_USERS, type AuthServerProfile } from './auth-server/users.js';
import { createTokenLedger, type Grant } from './auth-server/token-ledger.js';

/**
 * Makes an auth server that is as strict as a real one and as hostile as you ask: short-lived access tokens, rotating
 * refresh tokens with reuse detection, and a switch for everything that goes wrong in production. It is a plain
 * function from `Request` to `Response`: mount it on any server, or call it in the place of `fetch`.
 *
 * - `POST /auth/login` `{ username, password }` and `POST /auth/refresh` `{ refreshToken }` answer with
 *   {@link AuthServerTokens}; `POST /auth/logout` ends the sign-in whose access token or `{ refreshToken }` it carries.
 * - Any method on `/api/echo` answers with an {@link EchoedRequest}, `?delayMs=` later. The token is judged on arrival,
 *   with `?judge=late` only after the delay.
 * - `/api/always-401` refuses every token; `/api/forbidden` answers a good one with 403.
 *
 * The access token comes as `Authorization: Bearer`, in the `tokenHeader`, or as the parameter `token`; sent twice, it
 * is refused (RFC 6750, section 2).
 *
 * @example
 * ```ts
 * import { createAuthServer } from 'holdfast/testing';
 *
 * const server = createAuthServer({ accessLifetimeMs: 5_000 });
 * server.failNextRefresh('unavailable', { retryAfter: 2 });
 * const response = await server(new Request('http://localhost/api/echo'));
 * ```
 */
export function createAuthServer(options: AuthServerOptions = {}): AuthServer {
  const {
    users = DEFAULT_USERS,
    basePath = '',
    tokenHeader = 'x-token',
    clock = systemClock,
    ...initialSettings
  } = options;
  if (!/^(\/[^/?#]+)*$/.test(basePath)) {
    throw new TypeError(`expected basePath to be '' or a path like '/v1', got '${basePath}'`);
  }
  const settings: AuthServerSettings = { ...DEFAULT_SETTINGS, ...initialSettings };
  const counters = zeroCounters();
  const directory = createUserDirectory(users);
  const ledger = createTokenLedger(settings, clock);
  const faults = createFaultQueue();
  const delays = createDelays(clock);
  const secrets = { headers: ['authorization', tokenHeader.toLowerCase()], parameter: TOKEN_PARAMETER };

  const yes = (data: object): Response => accepted(settings.style, data);
  const no = (refusal: Refusal): Response => refused(settings.style, refusal);

  function reject(refusal: Refusal): Response {
    counters.rejected += 1;
    return no(refusal);
  }

  function tokensOf({ user, accessToken, refreshToken, expiresAt }: Grant): AuthServerTokens {
    return { accessToken, refreshToken, expiresIn: (expiresAt - clock.now()) / 1000, user };
  }

  function judge(request: Request): AuthServerProfile | Refusal {
    const [token, another] = accessTokensOf(request, tokenHeader);
    if (token === undefined) return 'no-token';
    return another === undefined ? ledger.judge(token) : 'several-tokens';
  }

  async function login(request: Request): Promise<Response> {
    const { username, password } = await readFields(request);
    if (typeof username !== 'string' || typeof password !== 'string') return no('unreadable-body');
    const user = directory.check(username, password);
    if (user === undefined) return no('wrong-password');
    counters.logins += 1;
    return yes(tokensOf(ledger.open(user)));
  }

  async function logout(request: Request): Promise<Response> {
    const { refreshToken } = await readFields(request);
    const presented = [...accessTokensOf(request, tokenHeader), refreshToken];
    for (const token of presented) if (typeof token === 'string') ledger.close(token);
    return yes({});
  }

  async function refresh(request: Request): Promise<Response> {
    counters.refreshes += 1;
    const planned = faults.take();
    const { refreshToken } = await readFields(request);
    if (planned?.fault === 'never-answer') await delays.wait(Infinity, request);
    const answer = answerRefresh(refreshToken, planned);
    await delays.wait(settings.refreshDelayMs, request);
    if (planned?.fault === 'drop-answer') throw new DroppedAnswerError('the answer to a refresh was dropped');
    return answer;
  }

  /** Nothing is awaited in here: a refresh token cannot be spent by two requests that arrive together. */
  function answerRefresh(refreshToken: unknown, planned: PlannedFault | undefined): Response {
    const faulty = planned && faultyAnswer(planned, settings.style);
    if (faulty) return faulty;
    if (typeof refreshToken !== 'string') return no('unreadable-body');
    return planned?.fault === 'same-token' ? repeatTokens(refreshToken) : redeem(refreshToken);
  }

  function redeem(refreshToken: string): Response {
    const grant = ledger.refresh(refreshToken);
    if (grant === 'reused') counters.reuseAlarms += 1;
    if (typeof grant === 'string') return no('refresh-refused');
    counters.refreshesServed += 1;
    return yes(tokensOf(grant));
  }

  function repeatTokens(refreshToken: string): Response {
    const grant = ledger.current(refreshToken);
    if (grant === undefined) return no('refresh-refused');
    return yes({ ...tokensOf(grant), refreshToken, expiresIn: settings.accessLifetimeMs / 1000 });
  }

  async function echo(request: Request): Promise<Response> {
    const parameters = new URL(request.url).searchParams;
    const onArrival = judge(request);
    const seen = await sightOf(request, secrets);
    await delays.wait(Number(parameters.get('delayMs')), request);
    const caller = parameters.get('judge') === 'late' ? judge(request) : onArrival;
    if (typeof caller === 'string') return reject(caller);
    counters.served += 1;
    return yes({ user: caller, ...seen } satisfies EchoedRequest);
  }

  function forbidden(request: Request): Response {
    const caller = judge(request);
    return typeof caller === 'string' ? reject(caller) : no('forbidden');
  }

  const routes: Readonly<Record<string, (request: Request) => Response | Promise<Response>>> = {
    'POST /auth/login': login,
    'POST /auth/refresh': refresh,
    'POST /auth/logout': logout,
    '/api/echo': echo,
    '/api/always-401': () => reject('revoked-token'),
    '/api/forbidden': forbidden,
  };

  async function handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const path = pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : '';
    const route = routes[`${request.method} ${path}`] ?? routes[path];
    return route === undefined ? new Response(null, { status: 404 }) : await route(request);
  }

  return Object.assign(handle, {
    settings,
    counters,
    resetCounters: () => void Object.assign(counters, zeroCounters()),
    failNextRefresh: (fault: RefreshFault, faultOptions: RefreshFaultOptions = {}) =>
      faults.add(fault, faultOptions),
    healRefresh: () => faults.clear(),
    revokeAccess: (username?: string) => ledger.revokeAccess(username),
    revokeSessions: (username?: string) => ledger.revokeFamilies(username),
    signIn: (username: string) => tokensOf(ledger.open(directory.find(username))),
    authenticate(request: Request) {
      const caller = judge(request);
      if (typeof caller === 'string') return reject(caller);
      counters.served += 1;
      return { user: caller };
    },
    close: () => delays.close(),
  });
}

function zeroCounters(): AuthServerCounters {
  return { logins: 0, refreshes: 0, refreshesServed: 0, reuseAlarms: 0, served: 0, rejected: 0 };
}
