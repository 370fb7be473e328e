import type fc from 'fast-check';
import { createModelServer, type Family, type ModelServer } from './model-server.js';
import { createRules, STORE_FAILED, type Rules } from './rules.js';
import { createSchedule, settle, type Schedule } from './schedule.js';
import { createSharedStore, type SharedStore } from './shared-store.js';
import { openTab, type Call, type Tab } from './tab.js';
import { befall, type Command, type RefreshMishap } from './commands.js';

/** How the sessions of one run are set up, and what server they meet. */
export type Setting = {
  readonly tabs: number;
  readonly store: 'memory' | 'slow';
  readonly exclusive: boolean;
  readonly subscribe: boolean;
  /** Whether the server takes a refresh token again, or takes that for theft. */
  readonly grace: boolean;
  /** Whether tokens say when they expire; otherwise only the server knows. */
  readonly tellsExpiry: boolean;
  readonly holdAlways: boolean;
  /** Whether the user's client gives up when its signal aborts. */
  readonly honoursAbort: boolean;
  readonly onExpired: 'none' | 'cancels' | 'same person' | 'other person' | 'throws';
  readonly chance: number;
  /** How many refreshes the breaker allows in its window. */
  readonly breakerLimit: number;
  /** No failure of any kind is among the commands, and nothing is slower than its deadline. */
  readonly calm: boolean;
};

export type World = {
  readonly setting: Setting;
  readonly schedule: Schedule;
  readonly server: ModelServer;
  readonly store: SharedStore;
  readonly rules: Rules;
  readonly tabs: Tab[];
  /** What befalls the next refreshes. */
  readonly mishaps: RefreshMishap[];
  /** Everything under way is excused from being single: it is no longer under the protocol's control. */
  excuse(reason: string, family?: Family): void;
  isExcused(login: string): boolean;
  /** The tab that a command means. */
  tab(index: number): Tab;
};

/** One whole run: the commands in their order, everything else in the schedule's, and the rules throughout. */
export async function live(scheduler: fc.Scheduler, setting: Setting, commands: readonly Command[]): Promise<void> {
  const rules = createRules();
  const schedule = createSchedule(scheduler, rules.check);
  const server = createModelServer({ ...setting, now: schedule.now });
  const mishaps: RefreshMishap[] = [];
  const tabs: Tab[] = [];
  const excuse: World['excuse'] = (reason, family) => {
    for (const one of family ? [family] : server.families) one.excuses.add(reason);
    for (const { login, excuses } of server.families) if (excuses.has(reason)) rules.doubtful.add(login);
  };
  const isExcused = (login: string): boolean =>
    server.families.some((family) => family.login === login && family.excuses.size > 0);
  const store = createSharedStore({
    ...setting,
    kind: setting.store,
    schedule,
    onWrite: (before, next) => rules.stored(before, next),
    onAttempt: (life, expected, next) => rules.writes(world, life, expected, next),
    onMishap: () => excuse(STORE_FAILED),
  });
  const tab = (index: number): Tab => tabs[index % tabs.length] as Tab;
  const world: World = { setting, schedule, server, store, rules, tabs, mishaps, excuse, isExcused, tab };

  const onUnhandled = (): void => rules.broken('a rejection is left unhandled');
  process.on('unhandledRejection', onUnhandled);
  try {
    for (let index = 0; index < setting.tabs; index++) tabs.push(openTab(world, index));
    for (const command of commands) {
      // No two commands fall into one millisecond: without a store, two sign-ins are told apart by their time alone.
      schedule.pass(1);
      befall(world, command);
      await settle();
      rules.check();
      for (let steps = 0; steps < command.steps && (await schedule.step()); steps++);
    }
    await rest(world);
    // All mishaps are over: whoever is still signed in gets served.
    mishaps.length = 0;
    store.mishaps.length = 0;
    for (const one of tabs) one.thaw();
    await rest(world);
    schedule.pass(3_600_000);
    await probe(world);
    // Where only the server knows of expiry, the first may meet tokens that were new to its tab, and dead all the same.
    for (const call of await probe(world)) rules.served(call);
    rules.atTheEnd(world);
    rules.check();
  } finally {
    process.off('unhandledRejection', onUnhandled);
    for (const one of tabs) one.session.close();
  }
}

async function probe(world: World): Promise<Call[]> {
  const calls = world.tabs.filter(({ life }) => life.state === 'running').map((tab) => tab.request({}));
  await rest(world);
  return calls;
}

async function rest(world: World): Promise<void> {
  await world.schedule.rest();
  world.rules.atRest();
  world.rules.check();
}
