import fc from 'fast-check';
import type { SessionEventType } from '../../src/session/core/events.js';
import type { RequestOptions, Tab, World } from './contract.js';
import { REFRESH_MISHAPS, STORE_MISHAPS, type RefreshMishap, type StoreMishap } from './mishaps.js';
import { openTab } from './tab.js';

/** What a listener does the moment an event reaches it. */
const REACTIONS = ['request', 'refresh', 'sign out', 'sign in'] as const;
const EVENTS = [
  'refreshed',
  'adopted',
  'ended',
  'refresh-failed',
  'signed-in',
  'refresh-started',
  'held',
  'released',
  'replayed',
  'asked',
] as const;

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
    endpoint: fc.oneof(
      { weight: 12, arbitrary: one('ordinary' as const) },
      { weight: 2, arbitrary: one('forbidden' as const) },
      { weight: 1, arbitrary: one('banned' as const) },
    ),
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
  {
    weight: 1,
    arbitrary: fc.record({ type: one('react' as const), to: one(...EVENTS), with: one(...REACTIONS) }),
  },
  { weight: 1, arbitrary: fc.record({ type: one('close' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: one('open' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      type: one('pass' as const),
      ms: one(1, 300, 1_000, 10_000, 20_000, 50_000, 60_000),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: one('revoke' as const), what: one('access tokens' as const) }) },
];

const refreshFailures: { weight: number; arbitrary: fc.Arbitrary<Deed> }[] = [
  { weight: 1, arbitrary: fc.record({ type: one('revoke' as const), what: one('families' as const) }) },
  { weight: 7, arbitrary: fc.record({ type: one('mishap' as const), mishap: one(...REFRESH_MISHAPS) }) },
];

const storeFailures: { weight: number; arbitrary: fc.Arbitrary<Deed> }[] = [
  { weight: 2, arbitrary: fc.record({ type: one('store mishap' as const), mishap: one(...STORE_MISHAPS) }) },
];

const deaths: { weight: number; arbitrary: fc.Arbitrary<Deed> }[] = [
  { weight: 4, arbitrary: fc.record({ type: one('kill' as const, 'freeze' as const, 'thaw' as const) }) },
];

/** What may happen: nothing unusual, refreshes that fail, also stores that fail, or also tabs that freeze and die. */
export function commands(
  trouble: 'none' | 'refreshes fail' | 'failures' | 'everything',
): fc.Arbitrary<Command[]> {
  const deeds = [
    ...ordinary,
    ...(trouble === 'none' ? [] : refreshFailures),
    ...(trouble === 'failures' || trouble === 'everything' ? storeFailures : []),
    ...(trouble === 'everything' ? deaths : []),
  ];
  const place = fc.record({ tab: fc.nat(2), steps: fc.nat(6) });
  const command = fc
    .tuple(fc.oneof(...deeds), place)
    .map(([deed, where]): Command => ({ ...deed, ...where }));
  const login = place.map((where): Command => ({ type: 'sign in', user: 'alice', ...where }));
  const rest = fc.array(command, { minLength: 2, maxLength: 24, size: 'max' });
  return fc.tuple(login, rest).map(([first, others]) => [first, ...others]);
}

/** Lets a command happen; all that it sets going is left to the schedule. */
export function befall(world: World, command: Command): void {
  const index = command.tab % world.tabs.length;
  const tab = world.tabs[index] as Tab;
  if (command.type === 'mishap') world.mishaps.push(command.mishap);
  else if (command.type === 'store mishap') world.store.mishaps.push(command.mishap);
  else if (command.type === 'revoke') revoke(world, command.what);
  else if (command.type === 'pass')
    world.schedule.pass(mayTakeLong(world) ? command.ms : Math.min(command.ms, 10));
  else if (command.type === 'thaw') tab.thaw();
  else if (command.type === 'open') {
    const isGone = tab.closed || tab.life.state === 'dead';
    if (isGone) world.tabs[index] = openTab(world);
  } else if (tab.life.state === 'running') act(world, tab, command);
}

function revoke({ server }: World, what: 'access tokens' | 'families'): void {
  if (what === 'families') server.revokeFamilies();
  else server.revokeAccess();
}

function act(world: World, tab: Tab, deed: Deed): void {
  // Sessions that share a variable share a process, and its end.
  const hasOwnProcess = world.setting.store === 'slow';
  if (deed.type === 'request') tab.request(deed.options);
  if (deed.type === 'tokens') tab.tokens(deed.rejected);
  if (deed.type === 'refresh') tab.refresh();
  if (deed.type === 'sign in') tab.signIn(deed.user);
  if (deed.type === 'sign out') tab.signOut();
  if (deed.type === 'close') tab.close();
  if (deed.type === 'kill' && hasOwnProcess) tab.kill();
  if (deed.type === 'freeze' && hasOwnProcess) tab.freeze();
  if (deed.type === 'abort') abort(tab, deed.which);
  if (deed.type === 'react') react(tab, deed.to, deed.with);
}

function abort({ calls }: Tab, which: number): void {
  const open = calls.filter((it) => it.kind !== 'command' && !it.outcome && !it.controller.signal.aborted);
  const call = open[which % open.length];
  if (!call) return;
  call.mustSettle = !call.away;
  call.controller.abort(new Error('the caller left'));
}

function react(tab: Tab, to: SessionEventType, reaction: (typeof REACTIONS)[number]): void {
  const undo = tab.session.on(to, () => {
    undo();
    if (reaction === 'request') tab.request({});
    if (reaction === 'refresh') tab.refresh();
    if (reaction === 'sign out') tab.signOut();
    if (reaction === 'sign in') tab.signIn('alice');
  });
}

/** Whether deadlines may run out. */
function mayTakeLong({ setting, store, inFlight }: World): boolean {
  return !setting.calm || (store.busy === 0 && inFlight.length === 0);
}
