import type { RefreshMishap } from './commands.js';
import { SECRET, type Tokens } from './model-server.js';
import { orAborted, type RefreshContext, type Tab } from './tab.js';
import type { World } from './world.js';

/** One call of the user's `refresh`. */
export type RefreshCall = {
  readonly tab: Tab;
  readonly tokens: Tokens;
  readonly context: RefreshContext;
  readonly startedAt: number;
};

/** What came of the call, as far as the server goes. */
type Answer = { readonly rotated: boolean; readonly isAnswer: boolean; readonly take: () => unknown; readonly waitMs?: number };

/** The engine's default. */
export const DEADLINE_MS = 30_000;
/** Hidden in everything that goes wrong: none of it may surface. */
const LEAK = { config: { headers: { Authorization: `Bearer ${SECRET}` } } };

/** What the user hands in as `refresh`: a call to the model server, with whatever mishap is due. */
export function callServer(world: World, tab: Tab, tokens: Tokens, context: RefreshContext): Promise<Tokens> {
  const mishap = world.mishaps.shift();
  if (!isClear(mishap)) world.rules.doubtful.add(tokens.login);
  const call: RefreshCall = { tab, tokens, context, startedAt: world.schedule.now() };
  world.rules.refreshBegan(world, call);
  if (mishap === 'throws at once') {
    world.rules.refreshDone(call);
    throw new TypeError(`no function of ${SECRET}`);
  }
  const answer = overTheWire(world, call, mishap);
  return orAborted(answer, world.setting.honoursAbort ? context.signal : undefined).finally(() =>
    world.rules.refreshDone(call),
  );
}

/** Whether the refresh will be known to have left its token alone, or to have spent it. */
function isClear(mishap: RefreshMishap | undefined): boolean {
  const clear: (RefreshMishap | undefined)[] = [undefined, 'refused', 'unavailable', 'unavailable, later', 'throttled', 'offline'];
  return clear.includes(mishap);
}

async function overTheWire(world: World, call: RefreshCall, mishap: RefreshMishap | undefined): Promise<Tokens> {
  const { schedule, server } = world;
  const { tab, tokens, context, startedAt: sentAt } = call;
  const family = server.familyOf(tokens);
  if (mishap === 'offline') {
    await schedule.turn(`${tab.name}: no connection`, tab.life);
    throw Object.assign(new Error(`could not send ${SECRET}`), { code: 'ECONNREFUSED', ...LEAK });
  }
  await schedule.turn(`${tab.name}: refresh → server`);
  const { rotated, isAnswer, take, waitMs } = answerOf(world, tokens, mishap, sentAt);
  // Until it is in the tab's hands, only the tab itself can tell that the token is spent.
  const undo = rotated ? excuseUntilDelivered() : (): void => {};
  if (mishap?.startsWith('never answers')) await new Promise<never>(() => {});
  await schedule.turn(`${tab.name}: refresh ← server`, tab.life);
  const isInTime = !context.signal.aborted && schedule.now() - sentAt < DEADLINE_MS;
  if (isAnswer && isInTime) undo();
  const now = schedule.now();
  if (waitMs !== undefined && !context.signal.aborted) world.rules.askedToWait(family, now + waitMs);
  return take() as Tokens;

  function excuseUntilDelivered(): () => void {
    const reason = `the answer ${sentAt} of ${tab.name} was lost`;
    world.excuse(reason, family);
    return () => void family.excuses.delete(reason);
  }
}

function answerOf(world: World, tokens: Tokens, mishap: RefreshMishap | undefined, sentAt: number): Answer {
  const { server, rules } = world;
  const refuse = (status: number, headers: Record<string, string> = {}) => (): never => {
    throw Object.assign(new Error(`${status} for ${SECRET}`), { response: { status, headers, data: { echo: SECRET } } });
  };
  switch (mishap) {
    case 'refused':
      rules.refused(tokens);
      return { rotated: false, isAnswer: true, take: refuse(401) };
    case 'unavailable':
      return { rotated: false, isAnswer: true, take: refuse(500) };
    case 'unavailable, later':
      return { rotated: false, isAnswer: true, take: refuse(503, { 'Retry-After': '5' }), waitMs: 5_000 };
    case 'throttled':
      return { rotated: false, isAnswer: true, take: refuse(429, { 'retry-after': '20' }), waitMs: 20_000 };
    case 'the same tokens':
      rules.repeated.add(tokens.accessToken);
      return { rotated: false, isAnswer: true, take: () => tokens };
    case 'reset before it arrived':
    case 'never answers':
      return { rotated: false, isAnswer: false, take: reset };
  }
  const fresh = server.refresh(tokens);
  if (fresh === null) {
    rules.refused(tokens);
    return { rotated: false, isAnswer: true, take: refuse(400) };
  }
  const broken: Partial<Record<RefreshMishap, () => unknown>> = {
    'reset after it arrived': reset,
    'garbage': () => ({ error: SECRET, accessToken: '' }),
    'nothing': () => undefined,
  };
  const flaw = mishap && broken[mishap];
  if (flaw || mishap) return { rotated: true, isAnswer: false, take: flaw ?? reset };
  rules.refreshed(fresh, sentAt);
  return { rotated: true, isAnswer: true, take: () => fresh };
}

function reset(): never {
  throw Object.assign(new Error(`socket hang up on ${SECRET}`), { code: 'ECONNRESET', ...LEAK });
}
