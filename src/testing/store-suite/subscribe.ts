import { expectThat, fail } from './expect.js';
import { expectRecord, FIRST_GENERATION, recordOf, type SuiteRecord } from './records.js';
import { pause, type Peer, type SceneCase } from './scene.js';
import { expectWon } from './writes.js';

/** Between two changes. A store far away may take a while to listen, and a hint lost meanwhile does no harm. */
const GAP_MS = 20;

/** Hints that somebody else wrote. */
export const SUBSCRIBE_CASES: SceneCase[] = [
  {
    name: "subscribe: somebody else's change is heard, and can then be read",
    async play({ peers, patienceMs }) {
      const [writer, listener] = (await peers(2)) as [Peer, Peer];
      let read: Promise<SuiteRecord | null> | undefined;
      const undo = listener.subscribe(() => {
        read ??= listener.read();
        // A rejection is looked at below, once the writing is over.
        read.catch(() => {});
      });
      const first = await writeUntil(writer, () => read !== undefined, patienceMs, 'a change to be heard');
      undo();
      const found = await read;
      const isThere = found != null && found.generation >= FIRST_GENERATION;
      expectThat(isThere, 'a record to read when a change is heard', 'none');
      expectRecord('the last change', first, await listener.read());
    },
  },
  {
    name: 'subscribe: a subscription that was undone hears nothing more',
    async play({ peers, patienceMs }) {
      const [writer, listener] = (await peers(2)) as [Peer, Peer];
      let after = 0;
      let heard = 0;
      const undo = listener.subscribe(() => void after++);
      const undoOther = listener.subscribe(() => void heard++);
      undo();
      undo();
      await writeUntil(
        writer,
        () => heard > 0,
        patienceMs,
        'a change to be heard by the listener that stayed',
      );
      undoOther();
      expectThat(after === 0, 'no call after the undo', `${after}`);
    },
  },
  {
    name: 'subscribe: a listener that throws harms nobody',
    async play({ peers, patienceMs }) {
      const [writer, listener] = (await peers(2)) as [Peer, Peer];
      let heard = 0;
      const throws = (): void => {
        throw new Error('of a listener');
      };
      const undos = [
        writer.subscribe(throws),
        listener.subscribe(throws),
        listener.subscribe(() => void heard++),
      ];
      await writeUntil(
        writer,
        () => heard > 0,
        patienceMs,
        'a change to be heard beside a listener that throws',
      );
      for (const undo of undos) undo();
    },
  },
];

/** Writes one change after the other until one was heard. Resolves to the last. */
async function writeUntil(
  writer: Peer,
  isHeard: () => boolean,
  patienceMs: number,
  what: string,
): Promise<SuiteRecord> {
  // A store need not tell of changes that are made where nobody listens. A session listens where it writes, and so does
  // this writer.
  const undo = writer.subscribe(() => {});
  let standing: SuiteRecord | null = null;
  for (let index = 0; index * GAP_MS <= patienceMs; index++) {
    const next: SuiteRecord = recordOf('change', { generation: FIRST_GENERATION + index });
    await expectWon(writer, 'a change', standing, next);
    standing = next;
    await pause(GAP_MS);
    if (!isHeard()) continue;
    undo();
    return next;
  }
  return fail(what, `nothing for ${patienceMs} ms`);
}
