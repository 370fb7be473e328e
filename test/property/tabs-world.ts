import type fc from 'fast-check';
import { claimed, graveOf, renewed, signedIn, type SessionRecord } from '../../src/session/state/record.js';
import type { Rows } from '../../src/stores/common/record-table.js';
import type { Mail, Receiver, Write } from '../../src/stores/tabs/mail.js';
import { readRecord, swapRecord, type Row } from '../../src/stores/tabs/records.js';
import { createTabTokens, type TabTokens } from '../../src/stores/tabs/tab-tokens.js';
import type { TokenLocks } from '../../src/stores/tabs/token-locks.js';
import { beginLife, freeze, thaw, type Life } from './life.js';
import { createSchedule, type Schedule } from './schedule.js';
import type { TabsCommand } from './tabs-commands.js';

type Tokens = { readonly accessToken: string };
type Known = SessionRecord<Tokens> | null;

type Tab = {
  readonly life: Life;
  readonly tokens: TabTokens<Tokens>;
  readonly rows: Rows<Row>;
  /** What its write is to put into the record. */
  attempt: Known;
  /** Who was there when it began to write. */
  present: readonly Life[];
  queue: Promise<unknown>;
};

/** Where the post of a tab arrives. */
type Box = { readonly life: Life; readonly receiver: Receiver<Tokens>; openings: number };

/** Longer than any sibling is waited for. */
const LONG_MS = 1_500;
const COARSE_MS = 100;

/** Two tabs to begin with. @throws where a rule is broken */
export async function liveAsTabs(
  scheduler: fc.Scheduler,
  hasLocks: boolean,
  commands: readonly TabsCommand[],
): Promise<void> {
  const schedule = createSchedule(scheduler, () => {});
  const world = createWorld(schedule, hasLocks);
  world.open();
  world.open();
  for (const command of commands) {
    world.obey(command);
    for (let step = 0; step < command.steps; step++) await schedule.step();
  }
  await world.end();
}

function createWorld(schedule: Schedule, hasLocks: boolean) {
  const tabs: Tab[] = [];
  const boxes: Box[] = [];
  const locks = new Map<object, { readonly name: string; readonly life: Life }>();
  /** The tokens of every generation that ever stood in the record. */
  const committed = new Map<string, string | null>();
  const versions: { generation: number; fence: number }[] = [];
  /** Which tabs were there when the tokens of a write were about to be handed out. */
  const witnesses = new Map<string, readonly Life[]>();
  const broken: string[] = [];
  let row: Row | null = null;
  let drawn = 0;

  const demand = (isSo: boolean, rule: string): void => {
    if (!isSo) broken.push(rule);
  };

  function open(): void {
    const life = beginLife();
    const tokens = createTabTokens<Tokens>({
      mail: (receiver) => mailOf(life, receiver),
      locks: locksOf(life),
      onLate: () => void (tab.queue = tab.queue.then(() => read(tab))),
      clock: schedule.clockFor(life, 0.5),
    });
    const tab: Tab = {
      life,
      tokens,
      rows: rowsOf(life, () => tab),
      attempt: null,
      present: [],
      queue: Promise.resolve(),
    };
    tabs.push(tab);
    // As a session does, which subscribes to its store.
    tokens.openMail();
  }

  function mailOf(life: Life, receiver: Receiver<Tokens>): Mail<Tokens> {
    const mine: Box = { life, receiver, openings: 0 };
    boxes.push(mine);
    // What was posted arrives, also where the sender dies or the receiver sleeps, in whichever order.
    const post = (label: string, deliver: (to: Receiver<Tokens>) => void): void => {
      demand(mine.openings > 0, 'nobody posts while the mail is closed');
      for (const box of boxes) {
        if (box === mine || box.life.state === 'dead' || box.openings === 0) continue;
        void schedule.turn(label, box.life).then(() => {
          if (box.openings > 0) deliver(box.receiver);
        });
      }
    };
    return {
      open() {
        mine.openings++;
        return () => void mine.openings--;
      },
      offer: (write, tokens) => post('offer', (to) => to.offered({ ...write }, { ...tokens })),
      ask: (write) => post('ask', (to) => to.asked({ ...write })),
    };
  }

  function locksOf(life: Life): TokenLocks {
    return {
      async share(name) {
        if (!hasLocks) return () => {};
        await schedule.turn('lock', life);
        const lock = { name, life };
        locks.set(lock, lock);
        return () => void locks.delete(lock);
      },
      async isShared(name) {
        if (!hasLocks) return undefined;
        await schedule.turn('query', life);
        return [...locks.values()].some((lock) => lock.name === name && lock.life.state !== 'dead');
      },
    };
  }

  function rowsOf(life: Life, writer: () => Tab): Rows<Row> {
    return {
      async get() {
        await schedule.turn('read', life);
        const found = row;
        await schedule.turn('read: answer', life);
        return found;
      },
      async swap(fits, next) {
        await schedule.turn('write', life);
        const isWon = fits(row);
        if (isWon) commit(next, writer());
        await schedule.turn('write: answer', life);
        return isWon;
      },
    };
  }

  function commit(next: Row, { attempt: whole, present }: Tab): void {
    row = next;
    if (next.id !== null && !witnesses.has(next.id)) witnesses.set(next.id, present);
    const { epoch, generation, fence } = next.record;
    const tokens = whole?.tokens?.accessToken ?? null;
    const name = `${epoch}.${generation}`;
    demand(!JSON.stringify(next).includes('secret'), 'no token lies in the table');
    demand((next.id === null) === (tokens === null), 'a record names a write exactly where it has tokens');
    demand(!committed.has(name) || committed.get(name) === tokens, 'a generation has one kind of tokens');
    const last = versions.at(-1);
    const isNewer =
      !last || generation > last.generation || (generation === last.generation && fence > last.fence);
    demand(isNewer, 'what stands is never replaced by something older');
    committed.set(name, tokens);
    versions.push({ generation, fence });
  }

  async function read(tab: Tab): Promise<Known> {
    const record = await readRecord(tab.rows, tab.tokens);
    if (record === null) return null;
    const { epoch, generation, fence, tokens } = record;
    demand(
      versions.some((it) => it.generation === generation && it.fence === fence),
      'what is read has stood there',
    );
    const right = committed.get(`${epoch}.${generation}`);
    demand(
      tokens === null || tokens.accessToken === right,
      'tokens are those of the record they are read with',
    );
    return record;
  }

  function swap(tab: Tab, expected: Known, next: SessionRecord<Tokens>): Promise<boolean> {
    tab.attempt = next;
    tab.present = tabs.map(({ life }) => life).filter(({ state }) => state !== 'dead');
    return swapRecord(tab.rows, tab.tokens, expected, next);
  }

  const draw = (): Tokens => ({ accessToken: `secret ${++drawn}` });

  async function change(tab: Tab, make: (record: Known) => SessionRecord<Tokens> | undefined): Promise<void> {
    for (;;) {
      const record = await read(tab);
      const next = make(record);
      if (!next || (await swap(tab, record, next))) break;
    }
  }

  async function refresh(tab: Tab): Promise<void> {
    const record = await read(tab);
    if (!record?.tokens) return;
    const claim = claimed(record, schedule.now(), LONG_MS, false);
    if (!(await swap(tab, record, claim))) return;
    await schedule.turn('refresh', tab.life);
    const next = renewed(claim, draw(), schedule.now());
    if (!(await swap(tab, claim, next))) return;
    const after = await read(tab);
    const isOwn = after?.generation === next.generation && after.epoch === next.epoch;
    demand(!isOwn || after.tokens !== null, 'who wrote tokens has them');
  }

  const ACTS = {
    'sign in': (tab: Tab) => {
      const tokens = draw();
      // A coarse clock, by which two sign-ins may count the same generation.
      const now = schedule.now() - (schedule.now() % COARSE_MS);
      return change(tab, (record) => signedIn(record, tokens, now, 0.5));
    },
    'sign out': (tab: Tab) =>
      change(tab, (record) => (record?.tokens ? graveOf(record, 'signed-out') : undefined)),
    refresh,
    read,
  };

  function obey(command: TabsCommand): void {
    if (command.tab === undefined) return command.act === 'open' ? open() : schedule.pass(LONG_MS);
    const { act, tab: index } = command;
    const tab = tabs[index];
    if (!tab || tab.life.state === 'dead') return;
    switch (act) {
      case 'freeze':
        freeze(tab.life);
        break;
      case 'thaw':
        thaw(tab.life);
        break;
      case 'die':
        tab.life.state = 'dead';
        break;
      default:
        tab.queue = tab.queue.then((): Promise<unknown> => ACTS[act](tab));
    }
  }

  /** Everybody wakes and looks once more, and then a new tab is opened. */
  async function end(): Promise<void> {
    for (const { life } of tabs) thaw(life);
    await schedule.rest();
    open();
    const living = tabs.filter(({ life }) => life.state !== 'dead');
    const write: Write | null = standingWrite();
    const owners = write ? living.filter(({ tokens }) => tokens.peek(write) !== undefined) : [];
    const seen = write ? (witnesses.get(write.id) ?? []) : [];
    const isSeen = living.some(({ life }) => seen.includes(life));
    demand(
      !isSeen || owners.length > 0,
      'tokens are lost with the last tab that was offered them, and not before',
    );
    for (const tab of living) tab.queue = tab.queue.then(() => look(tab, owners.length > 0));
    let looked = 0;
    for (const tab of living)
      void tab.queue.then(
        () => looked++,
        (error: unknown) => broken.push(String(error)),
      );
    await schedule.rest();
    demand(looked === living.length, 'every read ends');
    if (broken.length > 0) throw new Error(broken.join('\n'));
  }

  function standingWrite(): Write | null {
    if (!row || row.id === null) return null;
    const { epoch, generation } = row.record;
    return { epoch, generation, id: row.id };
  }

  async function look(tab: Tab, isHeld: boolean): Promise<void> {
    const record = await read(tab);
    const stands = row?.record;
    const isSame = record?.generation === stands?.generation && record?.fence === stands?.fence;
    demand(isSame, 'the counters are those of the table, with or without tokens');
    demand((record?.tokens != null) === isHeld, 'tokens are found exactly where somebody has them');
  }

  return { open, obey, end };
}
