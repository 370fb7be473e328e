import { sharedStore } from '../../src/sharing/shared-store.js';
import { createSession } from '../../src/session/session.js';
import type { Verdict } from '../../src/session/request/guard-options.js';
import type { Call, Reply, RequestOptions, Tab, World } from './contract.js';
import { checkEvents } from './event-rules.js';
import { FRUITLESS_WINDOW_MS } from './facts.js';
import { beginLife, freeze, thaw } from './life.js';
import type { Tokens } from './model-server.js';
import { orAborted } from './or-aborted.js';
import { callServer } from './refresh-call.js';
import { checkOutcome, checkSend } from './request-rules.js';

/** What the model's replies mean; any other is the caller's. */
const VERDICTS: ReadonlyMap<number, Verdict> = new Map([
  [401, 'refresh'],
  [440, 'sign-out'],
]);

/** Opens a tab: a session on the world's store, and the hands of its user. */
export function openTab(world: World): Tab {
  const { schedule, server, facts, setting } = world;
  const life = beginLife();
  const store = world.store.storeFor(life);
  const name = `tab ${world.everyTab.length}`;

  const session = createSession<Tokens>({
    ...(store && { store: sharedStore(store) }),
    clock: schedule.clockFor(life, setting.chance),
    reuseGraceMs: setting.grace ? Infinity : 0,
    fruitlessRefreshes: { limit: setting.fruitlessLimit, windowMs: FRUITLESS_WINDOW_MS },
    holdWhileRefreshing: setting.holdAlways ? 'always' : 'when-unusable',
    subject: ({ user }) => user,
    refresh: (spent, context) => callServer(world, tab, spent, context),
    ...(setting.onExpired !== 'none' && { onExpired: askPerson }),
  });
  const tab: Tab = {
    name,
    session,
    life,
    calls: [],
    rejected: new Set(),
    left: new Set(),
    leftAt: new Map(),
    arriving: [],
    shown: { generation: 0 },
    seen: undefined,
    made: new Set(),
    inVain: new Map(),
    continues: new Map(),
    asked: false,
    closed: false,
    request,
    signIn,
    signOut,
    tokens: askForTokens,
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
      if (freeze(life)) excuseHolder('its holder is frozen');
    },
    thaw: () => thaw(life),
  };
  world.everyTab.push(tab);
  checkEvents(world, tab);
  session.on('signed-in', () => arrived(session.current()?.login));
  void follow(begin('command'), () => session.ready);
  return tab;

  function excuseHolder(reason: string): void {
    const held = session.current();
    if (held && session.snapshot().refreshing) world.excuse(reason, server.familyOf(held));
  }

  function begin(kind: Call['kind'], options: RequestOptions = {}): Call {
    const isOpen = tab.arriving.length > 0 || session.snapshot().status === 'loading';
    const held = isOpen ? null : session.current();
    const [login, beganWith] = [held?.login, held?.accessToken];
    const controller = new AbortController();
    const call: Call = {
      kind,
      tab,
      options,
      controller,
      login,
      beganWith,
      beganAsked: tab.asked,
      sentWith: undefined,
      sends: 0,
      away: false,
      mustSettle: false,
    };
    tab.calls.push(call);
    return call;
  }

  function follow(call: Call, start: (call: Call) => Promise<unknown>): Call {
    call.settled = start(call).then(
      (value) => {
        call.outcome = { value };
        checkOutcome(world, call);
      },
      (error: unknown) => {
        call.outcome = { error };
        checkOutcome(world, call);
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
    checkSend(world, call, tokens);
    call.sends++;
    const { endpoint } = call.options;
    return userCode(call, async () => {
      await schedule.turn(`${name}: request → server`);
      let status = tokens !== null && endpoint !== 'forbidden' && server.serves(tokens) ? 200 : 401;
      if (tokens !== null && endpoint === 'banned') status = 440;
      await schedule.turn(`${name}: ${status} ← server`, life);
      if (tokens !== null && status === 401) tab.rejected.add(tokens.accessToken);
      if (tokens !== null && status === 440) facts.bannedLogins.add(tokens.login);
      return { status, login: tokens?.login };
    });
  }

  function judge(call: Call, { status }: Reply): Verdict | Promise<Verdict> {
    const verdict = VERDICTS.get(status) ?? 'pass';
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

  function askForTokens(rejected: boolean): Call {
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
    tab.inVain.clear();
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
    for (const { login } of server.families) facts.leftLogins.add(login);
  }

  function arrived(login: string | undefined): void {
    const at = tab.arriving.findIndex((it) => it === login);
    if (at >= 0) tab.arriving.splice(at, 1);
  }

  /** From now on nothing may go out here under the sign-in that was current until now. */
  function leave(): void {
    for (const login of [session.current()?.login, tab.seen, ...tab.arriving.splice(0)])
      if (login) {
        tab.left.add(login);
        tab.leftAt.set(login, schedule.now());
        facts.leftLogins.add(login);
      }
    for (const family of server.families) if (tab.left.has(family.login)) world.excuse('it was left', family);
  }

  /** A login made with the guarded client, the first time with a wrong password, and a socket that wants tokens. */
  async function logInGuarded(): Promise<void> {
    await request({ endpoint: 'forbidden' }).settled;
    await session.tokens().catch(() => {});
    await request({}).settled;
  }

  async function askPerson({ signal }: { signal: AbortSignal }): Promise<Tokens | null> {
    const refused = session.current();
    await schedule.turn(`${name}: login dialog`, life);
    if (setting.onExpired === 'throws') throw new Error('the dialog broke');
    if (setting.onExpired === 'cancels' || refused === null) return null;
    tab.inVain.clear();
    if (setting.onExpired === 'same person, guarded') await logInGuarded();
    if (setting.onExpired.startsWith('same person')) return server.signIn(refused.user, refused.login);
    const tokens = server.signIn(`${refused.user}'s friend`);
    // The session takes it for a sign-in of somebody else, unless a sign-in or sign-out was its answer already.
    if (!signal.aborted) {
      leave();
      tab.arriving.push(tokens.login);
    }
    return tokens;
  }
}
