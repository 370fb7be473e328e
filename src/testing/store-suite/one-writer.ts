import { expectRecord, FIRST_GENERATION, later, recordOf, type SuiteRecord } from './records.js';
import type { Peer, SceneCase } from './scene.js';
import { expectLost, expectWon } from './writes.js';

/** What reading and writing mean, with one writer at a time. */
export const ONE_WRITER_CASES: SceneCase[] = [
  {
    name: 'read: null before anything was written',
    async play({ peers }) {
      for (const peer of await peers(2)) expectRecord('null before the first write', null, await peer.read());
    },
  },
  {
    name: 'compareAndSet: writes the first record, and that only where there is none',
    async play({ peers }) {
      const [one, other] = (await peers(2)) as [Peer, Peer];
      const first = recordOf('first');
      await expectLost(one, 'a record expected where there is none', first, later(first, 1));
      await expectWon(one, 'the first record', null, first);
      await expectLost(other, 'null expected where there is a record', null, recordOf('second'));
      expectRecord('the first record to stand', first, await other.read());
    },
  },
  {
    name: 'compareAndSet: refuses once the generation moved',
    async play({ peers }) {
      const [one, other] = (await peers(2)) as [Peer, Peer];
      const first = recordOf('first');
      await expectWon(one, 'the first record', null, first);
      const second = later(first, 1, { tokens: { accessToken: 'access-second' } });
      await expectWon(other, 'the next generation', first, second);
      await expectLost(one, 'an older generation expected', first, later(first, 2));
      await expectLost(one, 'a newer generation expected', later(first, 5), later(first, 6));
      expectRecord('what was written last to stand', second, await one.read());
    },
  },
  {
    name: 'compareAndSet: refuses once the fence moved, under the same generation',
    async play({ peers }) {
      const [one, other] = (await peers(2)) as [Peer, Peer];
      const first = recordOf('first');
      await expectWon(one, 'the first record', null, first);
      const claim = { ...first, fence: 8, claim: { fence: 8, claimedAt: 1, until: 2, locked: false } };
      await expectWon(other, 'a claim, which keeps the generation', first, claim);
      await expectLost(one, 'an older fence expected', first, later(first, 1));
      await expectLost(one, 'a newer fence expected', { ...first, fence: 9 }, later(first, 1));
      expectRecord('the claim to stand', claim, await one.read());
      await expectWon(one, 'a claim given back', claim, { ...first, fence: 9 });
    },
  },
  {
    name: 'compareAndSet: tells the expected record by generation and fence alone',
    async play({ peer }) {
      const one = await peer();
      const first = recordOf('first');
      await expectWon(one, 'the first record', null, first);
      const alike = recordOf('another', { requestedAt: 5, epoch: 3, lostAt: 4 });
      await expectWon(one, 'the same version expected, whatever else differs', alike, later(first, 1));
    },
  },
  {
    name: 'read: gives back every field of what was written, and none of what stood there before',
    async play({ peers }) {
      const [one, other] = (await peers(2)) as [Peer, Peer];
      let standing: SuiteRecord | null = null;
      for (const next of WHOLE_RECORDS) {
        await expectWon(one, 'a record over the one before', standing, next);
        for (const peer of [one, other]) expectRecord('the record whole', next, await peer.read());
        standing = next;
      }
    },
  },
  {
    name: 'read: gives back tokens of every plain shape',
    async play({ peer }) {
      const one = await peer();
      let standing: SuiteRecord | null = null;
      for (const [index, tokens] of SHAPES.entries()) {
        const next: SuiteRecord = { ...recordOf('shapes'), generation: FIRST_GENERATION + index, tokens };
        await expectWon(one, 'tokens of another shape', standing, next);
        expectRecord('the tokens whole', next, await one.read());
        standing = next;
      }
    },
  },
  {
    name: 'read: what was handed in or out cannot be changed afterwards',
    async play({ peers }) {
      const [one, other] = (await peers(2)) as [Peer, Peer];
      const handedIn = recordOf('first');
      await expectWon(one, 'the first record', null, handedIn);
      spoil(handedIn);
      for (const peer of [one, other]) {
        const handedOut = await peer.read();
        expectRecord('the record as it was when it was written', recordOf('first'), handedOut);
        spoil(handedOut);
        expectRecord('the record as it was before it was handed out', recordOf('first'), await peer.read());
      }
    },
  },
  {
    name: 'close: leaves nothing behind for the next place',
    async play({ peer, makePlace }) {
      await expectWon(await peer(), 'the first record', null, recordOf('first'));
      const another = await makePlace();
      const stranger = await another.peer();
      expectRecord('a new place to be empty', null, await stranger.read());
      await expectWon(stranger, 'the first record of the new place', null, recordOf('second'));
      await another.close();
      const last = await makePlace();
      expectRecord('a place made after one was closed to be empty', null, await (await last.peer()).read());
      await last.close();
    },
  },
];

const WHOLE_RECORDS: readonly SuiteRecord[] = [
  recordOf('first'),
  recordOf('first', {
    fence: 8,
    claim: { fence: 8, claimedAt: 1_767_225_700_000, until: 1_767_225_745_000.5, locked: true },
    lostAt: 1_767_225_690_000,
    retryAt: 1_767_225_800_000,
  }),
  recordOf('first', { fence: 9 }),
  recordOf('second', { generation: FIRST_GENERATION + 1, fence: 9, requestedAt: 1_767_229_200_000 }),
  recordOf('second', { tokens: null, generation: FIRST_GENERATION + 2, fence: 9, endedBy: 'refresh-lost' }),
  recordOf('third', { generation: FIRST_GENERATION + 9_000, epoch: FIRST_GENERATION + 9_000, fence: 0 }),
];

const SHAPES: readonly SuiteRecord['tokens'][] = [
  {},
  { accessToken: 'access-plain', refreshToken: undefined },
  { accessToken: 'access-deep', scopes: ['read', 'write', []], user: { id: 7, roles: [{ name: 'admin' }] } },
  {
    accessToken: '',
    expiresIn: 0,
    negative: -1.5,
    large: 2 ** 53 - 1,
    isFirst: true,
    isLast: false,
    none: null,
  },
  { accessToken: 'access "quoted" \\ \n\t\u0000\u2028 令牌 🔑', 'a name with spaces': 'and : = ; , signs' },
  { accessToken: 'access-long'.padEnd(20_000, '.') },
];

/** Changes all that a record has, as far as it lets itself be changed. */
function spoil(record: SuiteRecord | null): void {
  if (record === null) return;
  if (record.tokens) Reflect.set(record.tokens, 'accessToken', 'access-spoilt');
  Reflect.set(record, 'generation', 1);
  Reflect.set(record, 'fence', 99);
  Reflect.set(record, 'endedBy', 'server');
}
