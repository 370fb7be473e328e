import type fc from 'fast-check';
import { befall, type Command } from './commands.js';
import type { Call, Setting, Tab, World } from './contract.js';
import { createFacts, STORE_FAILED } from './facts.js';
import type { RefreshMishap } from './mishaps.js';
import { createModelServer } from './model-server.js';
import { createPageStore } from './page-store.js';
import { checkEnd, checkRest, checkServed, checkStep } from './rest-rules.js';
import { createSchedule, settle } from './schedule.js';
import { createSharedStore } from './shared-store.js';
import { checkAttempt, checkWrite } from './store-rules.js';
import { openTab } from './tab.js';

/** One whole run: the commands in their order, everything else in the schedule's, and the rules throughout. */
export async function live(
  scheduler: fc.Scheduler,
  setting: Setting,
  commands: readonly Command[],
): Promise<void> {
  const world = createWorld(scheduler, setting);
  const { schedule, store, facts, tabs, mishaps } = world;
  const onUnhandled = (): void => facts.broken('a rejection is left unhandled');
  process.on('unhandledRejection', onUnhandled);
  try {
    while (tabs.length < setting.tabs) tabs.push(openTab(world));
    for (const command of commands) {
      // No two commands fall into one millisecond: without a store, two sign-ins are told apart by their time alone.
      schedule.pass(1);
      befall(world, command);
      await settle();
      checkStep(world);
      for (let steps = 0; steps < command.steps && (await schedule.step()); steps++);
    }
    await rest(world);
    // All mishaps are over: whoever is still signed in gets served.
    mishaps.length = 0;
    store.mishaps.length = 0;
    for (const tab of tabs) tab.thaw();
    await rest(world);
    schedule.pass(3_600_000);
    await probe(world);
    // Where only the server knows of expiry, the first may meet tokens that were new to its tab, and dead all the same.
    for (const call of await probe(world)) checkServed(world, call);
    checkEnd(world);
  } finally {
    process.off('unhandledRejection', onUnhandled);
    for (const tab of world.everyTab) tab.session.close();
  }
}

async function probe(world: World): Promise<Call[]> {
  const calls = world.tabs.filter(({ life }) => life.state === 'running').map((tab) => tab.request({}));
  await rest(world);
  return calls;
}

async function rest(world: World): Promise<void> {
  await world.schedule.rest();
  checkRest(world);
}

function createWorld(scheduler: fc.Scheduler, setting: Setting): World {
  const facts = createFacts();
  const schedule = createSchedule(scheduler, () => checkStep(world));
  const server = createModelServer({ ...setting, now: schedule.now });
  const mishaps: RefreshMishap[] = [];
  const tabs: Tab[] = [];
  const kind = setting.store;
  const store =
    kind === 'page'
      ? createPageStore()
      : createSharedStore({
          ...setting,
          kind,
          schedule,
          onWrite: (before, next) => checkWrite(world, before, next),
          onAttempt: (life, expected, next) => checkAttempt(world, life, expected, next),
          onMishap: () => world.excuse(STORE_FAILED),
        });
  const world: World = {
    setting,
    schedule,
    server,
    store,
    facts,
    inFlight: [],
    tabs,
    mishaps,
    everyTab: [],
    excuse(reason, family) {
      for (const { excuses, login } of family ? [family] : server.families) {
        excuses.add(reason);
        facts.doubtful.add(login);
      }
    },
    isExcused: (login) => server.families.some((it) => it.login === login && it.excuses.size > 0),
  };
  return world;
}
