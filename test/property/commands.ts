import fc from 'fast-check';
import type { SessionEventType } from '../../src/session/events.js';
import type { StoreMishap } from './shared-store.js';
import { openTab, type RequestOptions } from './tab.js';
import type { World } from './world.js';

export type RefreshMishap = (typeof REFRESH_MISHAPS)[number];

const REFRESH_MISHAPS = [
  'refused',
  'unavailable',
  'unavailable, later',
  'throttled',
  'offline',
  'reset before it arrived',
  'reset after it arrived',
  'never answers',
  'never answers, but rotates',
  'garbage',
  'nothing',
  'the same tokens',
  'throws at once',
] as const;

const STORE_MISHAPS: StoreMishap[] = ['fails', 'throws', 'fails after writing', 'never answers'];

/** What a listener does the moment an event reaches it. */
const REACTIONS = ['request', 'refresh', 'sign out', 'sign in'] as const;
const EVENTS = ['refreshed', 'adopted', 'ended', 'refresh-failed', 'signed-in', 'refresh-started'] as const;

type Deed =
  | { type: 'request'; options: RequestOptions }
  | { type: 'tokens'; rejected: boolean }
  | { type: 'refresh' }
  | { type: 'abort'; which: number }
  | { type: 'sign in'; user: string }
  | { type: 'sign out' }
  | { type: 'react'; to: SessionEventType; with: (typeof REACTIONS)[number] }
  | { type: 'close' }
  | { type: 'open' }
  | { type: 'pass'; ms: number }
  | { type: 'revoke'; what: 'access tokens' | 'families' }
  | { type: 'mishap'; mishap: RefreshMishap }
  | { type: 'store mishap'; mishap: StoreMishap }
  | { type: 'kill' | 'freeze' | 'thaw' };

/** What somebody does in one of the tabs, and how many tasks of the schedule run after it. */
export type Command = Deed & { readonly tab: number; readonly steps: number };

const flag = (): fc.Arbitrary<boolean> => fc.boolean();
const one = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);

const request: fc.Arbitrary<Deed> = fc.record({
  type: fc.constant('request' as const),
  options: fc.record({
    endpoint: fc.oneof({ weight: 12, arbitrary: one('ordinary' as const) }, { weight: 2, arbitrary: one('forbidden' as const) }, { weight: 1, arbitrary: one('banned' as const) }),
    replay: fc.oneof({ weight: 8, arbitrary: one(true) }, { weight: 1, arbitrary: one(false) }),
    background: flag(),
    slowVerdict: flag(),
  }),
});

const ordinary: { weight: number; arbitrary: fc.Arbitrary<Deed> }[] = [
  { weight: 12, arbitrary: request },
  { weight: 2, arbitrary: fc.record({ type: one('tokens' as const), rejected: flag() }) },
  { weight: 2, arbitrary: fc.record({ type: one('refresh' as const) }) },
  { weight: 3, arbitrary: fc.record({ type: one('abort' as const), which: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ type: one('sign in' as const), user: one('alice', 'bob') }) },
  { weight: 1, arbitrary: fc.record({ type: one('sign out' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: one('react' as const), to: one(...EVENTS), with: one(...REACTIONS) }) },
  { weight: 1, arbitrary: fc.record({ type: one('close' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: one('open' as const) }) },
  { weight: 5, arbitrary: fc.record({ type: one('pass' as const), ms: one(1, 300, 1_000, 10_000, 20_000, 50_000, 60_000) }) },
  { weight: 3, arbitrary: fc.record({ type: one('revoke' as const), what: one('access tokens' as const) }) },
];

const failures: { weight: number; arbitrary: fc.Arbitrary<Deed> }[] = [
  { weight: 1, arbitrary: fc.record({ type: one('revoke' as const), what: one('families' as const) }) },
  { weight: 7, arbitrary: fc.record({ type: one('mishap' as const), mishap: one(...REFRESH_MISHAPS) }) },
  { weight: 2, arbitrary: fc.record({ type: one('store mishap' as const), mishap: one(...STORE_MISHAPS) }) },
];

const deaths: { weight: number; arbitrary: fc.Arbitrary<Deed> }[] = [
  { weight: 4, arbitrary: fc.record({ type: one('kill' as const, 'freeze' as const, 'thaw' as const) }) },
];

/** What may happen: nothing unusual, refreshes and stores that fail, or also tabs that freeze and die. */
export function commands(trouble: 'none' | 'failures' | 'everything'): fc.Arbitrary<Command[]> {
  const deeds = [...ordinary, ...(trouble === 'none' ? [] : failures), ...(trouble === 'everything' ? deaths : [])];
  const place = fc.record({ tab: fc.nat(2), steps: fc.nat(6) });
  const command = fc.tuple(fc.oneof(...deeds), place).map(([deed, where]): Command => ({ ...deed, ...where }));
  const login = place.map((where): Command => ({ type: 'sign in', user: 'alice', ...where }));
  const rest = fc.array(command, { minLength: 2, maxLength: 24, size: 'max' });
  return fc.tuple(login, rest).map(([first, others]) => [first, ...others]);
}

/** Lets a command happen; all that it sets going is left to the schedule. */
export function befall(world: World, command: Command): void {
  const tab = world.tab(command.tab);
  switch (command.type) {
    case 'mishap':
      return void world.mishaps.push(command.mishap);
    case 'store mishap':
      return void world.store.mishaps.push(command.mishap);
    case 'revoke':
      return command.what === 'families' ? world.server.revokeFamilies() : world.server.revokeAccess();
    case 'pass':
      return world.schedule.pass(mayTakeLong(world) ? command.ms : Math.min(command.ms, 10));
    case 'open':
      if (tab.closed || tab.life.state === 'dead') world.tabs[world.tabs.indexOf(tab)] = openTab(world, world.tabs.length);
      return;
    case 'thaw':
      return tab.thaw();
  }
  if (tab.life.state !== 'running') return;
  // Sessions that share a variable share a process, and its end.
  if (world.setting.store === 'memory' && (command.type === 'kill' || command.type === 'freeze')) return;
  switch (command.type) {
    case 'request':
      return void tab.request(command.options);
    case 'tokens':
      return void tab.tokens(command.rejected);
    case 'refresh':
      return void tab.refresh();
    case 'sign in':
      return tab.signIn(command.user);
    case 'sign out':
      return tab.signOut();
    case 'close':
      return tab.close();
    case 'kill':
      return tab.kill();
    case 'freeze':
      return tab.freeze();
    case 'abort': {
      const open = tab.calls.filter((call) => call.kind !== 'command' && !call.outcome && !call.controller.signal.aborted);
      const call = open[command.which % open.length];
      if (!call) return;
      const wasAway = call.away;
      call.controller.abort(new Error('the caller left'));
      if (!wasAway) world.rules.settlesAtOnce(call);
      return;
    }
    case 'react': {
      const undo = tab.session.on(command.to, () => {
        undo();
        if (command.with === 'request') tab.request({});
        if (command.with === 'refresh') tab.refresh();
        if (command.with === 'sign out') tab.signOut();
        if (command.with === 'sign in') tab.signIn('alice');
      });
    }
  }
}

/** Whether deadlines may run out. */
function mayTakeLong(world: World): boolean {
  const { setting, store, rules } = world;
  return !setting.calm || (store.busy === 0 && rules.refreshing === 0);
}
