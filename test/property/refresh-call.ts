import type { RefreshCall, RefreshContext, Tab, World } from './contract.js';
import { DEADLINE_MS } from './facts.js';
import { leavesDoubt, type RefreshMishap } from './mishaps.js';
import { SECRET, type Tokens } from './model-server.js';
import { orAborted } from './or-aborted.js';
import { checkRefresh } from './refresh-rules.js';

/** What came of the call, as far as the server goes. */
type Answer = {
  readonly rotated: boolean;
  readonly isAnswer: boolean;
  readonly take: () => unknown;
  readonly waitMs?: number;
};

/** Hidden in everything that goes wrong: none of it may surface. */
const LEAK = { config: { headers: { Authorization: `Bearer ${SECRET}` } } };

/** What the user hands in as `refresh`: a call to the model server, with whatever mishap is due. */
export function callServer(world: World, tab: Tab, tokens: Tokens, context: RefreshContext): Promise<Tokens> {
  const { facts } = world;
  const { signal } = context;
  const mishap = world.mishaps.shift();
  const doubt = (): void => void facts.doubtful.add(tokens.login);
  if (leavesDoubt(mishap)) doubt();
  signal.addEventListener('abort', doubt);
  checkRefresh(world, tab, tokens, context);
  if (mishap === 'throws at once') throw new TypeError(`no function of ${SECRET}`);

  const call: RefreshCall = { tab, tokens, signal, startedAt: world.schedule.now() };
  world.inFlight.push(call);
  const answer = overTheWire(world, call, mishap);
  return orAborted(answer, world.setting.honoursAbort ? signal : undefined).finally(() => {
    world.inFlight.splice(world.inFlight.indexOf(call), 1);
  });
}

async function overTheWire(
  world: World,
  call: RefreshCall,
  mishap: RefreshMishap | undefined,
): Promise<Tokens> {
  const { schedule, server, facts } = world;
  const { tab, tokens, signal, startedAt: sentAt } = call;
  const family = server.familyOf(tokens);
  if (mishap === 'offline') {
    await schedule.turn(`${tab.name}: no connection`, tab.life);
    throw Object.assign(new Error(`could not send ${SECRET}`), { code: 'ECONNREFUSED', ...LEAK });
  }
  await schedule.turn(`${tab.name}: refresh → server`);
  // It was given up and is presented all the same, perhaps after the next one: no client can call it back.
  if (signal.aborted || schedule.now() - sentAt >= DEADLINE_MS)
    family.excuses.add(`a call of ${tab.name} arrived after its deadline`);
  const { rotated, isAnswer, take, waitMs } = answerOf(world, tokens, mishap, sentAt);
  // Until it is in the tab's hands, nobody here can tell that the token is spent.
  const excuse = `the answer ${sentAt} of ${tab.name} was lost`;
  if (rotated) family.excuses.add(excuse);
  if (mishap?.startsWith('never answers')) await new Promise<never>(() => {});
  await schedule.turn(`${tab.name}: refresh ← server`, tab.life);
  const isInTime = !signal.aborted && schedule.now() - sentAt < DEADLINE_MS;
  if (isAnswer && isInTime) family.excuses.delete(excuse);
  if (waitMs !== undefined && !signal.aborted) facts.retryAt.set(family, schedule.now() + waitMs);
  const answer = take() as Tokens;
  if (isAnswer && isInTime) tab.made.add(answer.accessToken);
  return answer;
}

function answerOf(world: World, tokens: Tokens, mishap: RefreshMishap | undefined, sentAt: number): Answer {
  const { server, facts } = world;
  const refuse =
    (status: number, headers: Record<string, string> = {}) =>
    (): never => {
      throw Object.assign(new Error(`${status} for ${SECRET}`), {
        response: { status, headers, data: { echo: SECRET } },
      });
    };
  const unspent = (take: () => unknown, waitMs?: number): Answer => ({
    rotated: false,
    isAnswer: true,
    take,
    ...(waitMs !== undefined && { waitMs }),
  });
  if (mishap === 'unavailable') return unspent(refuse(500));
  if (mishap === 'unavailable, later') return unspent(refuse(503, { 'Retry-After': '5' }), 5_000);
  if (mishap === 'throttled') return unspent(refuse(429, { 'retry-after': '20' }), 20_000);
  if (mishap === 'reset before it arrived' || mishap === 'never answers') {
    return { rotated: false, isAnswer: false, take: reset };
  }
  if (mishap === 'the same tokens') {
    facts.repeated.add(tokens.accessToken);
    return unspent(() => tokens);
  }
  const fresh = mishap === 'refused' ? null : server.refresh(tokens);
  if (fresh === null) {
    facts.refusedLogins.add(tokens.login);
    return unspent(refuse(400));
  }
  if (mishap === 'garbage') return spent(() => ({ error: SECRET, accessToken: '' }));
  if (mishap === 'nothing') return spent(() => undefined);
  if (mishap !== undefined) return spent(reset);
  facts.obtainedAt.set(fresh.accessToken, sentAt);
  return { rotated: true, isAnswer: true, take: () => fresh };
}

/** The server gave out new tokens, and the tab will not see them. */
function spent(take: () => unknown): Answer {
  return { rotated: true, isAnswer: false, take };
}

function reset(): never {
  throw Object.assign(new Error(`socket hang up on ${SECRET}`), { code: 'ECONNRESET', ...LEAK });
}
