import { createSession, type Session } from '../../src/session/session.js';
import type { Verdict } from '../../src/session/guard.js';
import type { RefreshReason } from '../../src/session/events.js';
import type { Tokens } from './model-server.js';
import { BREAKER_WINDOW_MS } from './rules.js';
import type { Life } from './schedule.js';
import { callServer } from './refresh-call.js';
import type { World } from './world.js';

export type RequestOptions = {
  /** `forbidden` is always answered 401, and `banned` with a reply that signs out. */
  endpoint?: 'ordinary' | 'forbidden' | 'banned';
  replay?: boolean;
  background?: boolean;
  /** Its verdict takes a while, since a body has to be read. */
  slowVerdict?: boolean;
};

export type Reply = { readonly status: number; readonly login: string | undefined };

/** One call of somebody, and what became of it. */
export type Call = {
  readonly kind: 'request' | 'tokens' | 'refresh' | 'command';
  readonly tab: Tab;
  readonly options: RequestOptions;
  readonly controller: AbortController;
  /** The sign-in that it belongs to; undefined while that is open. */
  login: string | undefined;
  sends: number;
  /** The access token at hand when it began, and that of its last send. */
  beganWith: string | undefined;
  sentWith: string | undefined;
  /** In the hands of the user's own functions, where an abort is theirs to notice. */
  away: boolean;
  outcome?: { readonly value: unknown } | { readonly error: unknown };
};

/** A session under test, and what its user does with it. */
export type Tab = {
  readonly name: string;
  readonly session: Session<Tokens>;
  readonly life: Life;
  readonly calls: Call[];
  /** Access tokens that the server refused to this tab. */
  readonly rejected: Set<string>;
  /** Sign-ins that were left here, by sign-out or by another sign-in. */
  readonly left: Set<string>;
  /** Those that are on their way to the store. */
  readonly arriving: string[];
  /** The sign-in that was last seen here. */
  seen: string | undefined;
  /** When `refresh` was called, in this window of the breaker. */
  refreshTimes: number[];
  closed: boolean;
  request(options: RequestOptions): Call;
  tokens(rejected: boolean): Call;
  refresh(): Call;
  signIn(user: string): void;
  signOut(): void;
  close(): void;
  kill(): void;
  freeze(): void;
  thaw(): void;
};

export function openTab(world: World, index: number): Tab {
  const { schedule, server, rules, setting } = world;
  const life: Life = { state: 'running', parked: [] };
  const name = `tab ${index}`;

  const session = createSession<Tokens>({
    store: world.store.storeFor(life),
    clock: schedule.clockFor(life, setting.chance),
    reuseGraceMs: setting.grace ? Infinity : 0,
    breaker: { limit: setting.breakerLimit, windowMs: BREAKER_WINDOW_MS },
    holdWhileRefreshing: setting.holdAlways ? 'always' : 'when-unusable',
    subject: ({ user }) => user,
    refresh: (tokens, context) => callServer(world, tab, tokens, context),
    ...(setting.onExpired !== 'none' && { onExpired: askPerson }),
  });
  const tab: Tab = {
    name, session, life,
    calls: [], rejected: new Set(), left: new Set(), arriving: [], seen: undefined, refreshTimes: [], closed: false,
    request, tokens, signIn, signOut,
    refresh: () => follow(begin('refresh'), (call) => session.refresh({ signal: call.controller.signal })),
    close() {
      tab.closed = true;
      session.close();
    },
    kill() {
      excuseHolder('its holder died');
      life.state = 'dead';
      world.store.letGo(life);
    },
    freeze() {
      if (life.state !== 'running') return;
      life.state = 'frozen';
      excuseHolder('its holder is frozen');
    },
    thaw() {
      if (life.state !== 'frozen') return;
      life.state = 'running';
      for (const resume of life.parked.splice(0)) resume();
    },
  }; // prettier-ignore
  rules.watch(world, tab);
  session.on('signed-in', () => arrived(session.current()?.login));
  void follow(begin('command'), () => session.ready);
  return tab;

  function excuseHolder(reason: string): void {
    const tokens = session.current();
    if (tokens && session.snapshot().refreshing) world.excuse(reason, server.familyOf(tokens));
  }

  function begin(kind: Call['kind'], options: RequestOptions = {}): Call {
    const isOpen = tab.arriving.length > 0 || session.snapshot().status === 'loading';
    const tokens = isOpen ? null : session.current();
    const [login, beganWith] = [tokens?.login, tokens?.accessToken];
    const controller = new AbortController();
    const call: Call = { kind, tab, options, controller, login, beganWith, sentWith: undefined, sends: 0, away: false };
    tab.calls.push(call);
    return call;
  }

  function follow(call: Call, start: (call: Call) => Promise<unknown>): Call {
    start(call).then(
      (value) => {
        call.outcome = { value };
        rules.settled(world, call);
      },
      (error: unknown) => {
        call.outcome = { error };
        rules.settled(world, call);
      },
    );
    return call;
  }

  function request(options: RequestOptions): Call {
    return follow(begin('request', options), (call) =>
      session.guard((tokens) => send(call, tokens), {
        signal: call.controller.signal,
        judge: (reply) => judge(call, reply),
        replay: options.replay,
        background: options.background,
      }),
    );
  }

  async function send(call: Call, tokens: Tokens | null): Promise<Reply> {
    rules.sent(world, call, tokens);
    call.sends++;
    const { endpoint } = call.options;
    return userCode(call, async () => {
      await schedule.turn(`${name}: request → server`);
      let status = tokens !== null && endpoint !== 'forbidden' && server.serves(tokens) ? 200 : 401;
      if (tokens !== null && endpoint === 'banned') status = 440;
      await schedule.turn(`${name}: ${status} ← server`, life);
      if (tokens !== null && status === 401) tab.rejected.add(tokens.accessToken);
      if (tokens !== null && status === 440) rules.bannedLogins.add(tokens.login);
      return { status, login: tokens?.login };
    });
  }

  function judge(call: Call, { status }: Reply): Verdict | Promise<Verdict> {
    const verdict = status === 401 ? 'refresh' : status === 440 ? 'sign-out' : 'pass';
    if (!call.options.slowVerdict) return verdict;
    return userCode(call, () => schedule.turn(`${name}: body`, life).then(() => verdict));
  }

  async function userCode<Value>(call: Call, task: () => Promise<Value>): Promise<Value> {
    call.away = true;
    try {
      return await orAborted(task(), setting.honoursAbort ? call.controller.signal : undefined);
    } finally {
      call.away = false;
    }
  }

  function tokens(rejected: boolean): Call {
    const old = session.current();
    if (rejected && old) tab.rejected.add(old.accessToken);
    return follow(begin('tokens'), (call) =>
      session.tokens({ signal: call.controller.signal, ...(rejected && old && { rejected: old }) }),
    );
  }

  function signIn(user: string): void {
    leave();
    const tokens = server.signIn(user);
    tab.arriving.push(tokens.login);
    tab.refreshTimes = [];
    follow(begin('command'), () => session.signIn(tokens).finally(() => arrived(tokens.login)));
  }

  function signOut(): void {
    const isBlind = session.current() === null;
    leave();
    follow(begin('command'), () => session.signOut().finally(() => isBlind && leaveAll()));
    if (isBlind) leaveAll();
  }

  /** While the store could not be read, a sign-out ends whatever it meets there. */
  function leaveAll(): void {
    for (const { login } of server.families) rules.leftLogins.add(login);
  }

  function arrived(login: string | undefined): void {
    const index = tab.arriving.findIndex((it) => it === login);
    if (index >= 0) tab.arriving.splice(index, 1);
  }

  /** From now on nothing may go out here under the sign-in that was current until now. */
  function leave(): void {
    for (const login of [session.current()?.login, tab.seen, ...tab.arriving.splice(0)]) if (login) {
      tab.left.add(login);
      rules.leftLogins.add(login);
    }
    for (const family of server.families) if (tab.left.has(family.login)) world.excuse('it was left', family);
  }

  async function askPerson({ signal }: { signal: AbortSignal }): Promise<Tokens | null> {
    const refused = session.current();
    await schedule.turn(`${name}: login dialog`, life);
    if (setting.onExpired === 'throws') throw new Error('the dialog broke');
    if (setting.onExpired === 'cancels' || refused === null) return null;
    tab.refreshTimes = [];
    if (setting.onExpired === 'same person') return server.signIn(refused.user, refused.login);
    const tokens = server.signIn(`${refused.user}'s friend`);
    // The session takes it for a sign-in of somebody else, unless a sign-in or sign-out was its answer already.
    if (!signal.aborted) {
      leave();
      tab.arriving.push(tokens.login);
    }
    return tokens;
  }
}

/** Rejects with the signal's reason as soon as that aborts. */
export function orAborted<Value>(task: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return task;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp);
    task.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

export type RefreshContext = { readonly signal: AbortSignal; readonly reason: RefreshReason };
