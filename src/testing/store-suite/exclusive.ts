import { expectThat, fail } from './expect.js';
import { pause, type Peer, type SceneCase } from './scene.js';

const PEERS = 3;
const TASKS = 3;

/** Locks named by claim. */
export const EXCLUSIVE_CASES: SceneCase[] = [
  {
    name: 'exclusive: runs one task at a time for the same fence, and every one of them',
    async play({ peers, inTime }) {
      let running = 0;
      let most = 0;
      let ran = 0;
      async function task(): Promise<void> {
        most = Math.max(most, ++running);
        await pause(1);
        running--;
        ran++;
      }
      const tasks = (await peers(PEERS)).flatMap((peer) =>
        Array.from({ length: TASKS }, () => inTime('a task to have its turn', peer.exclusive(5, task))),
      );
      await Promise.all(tasks);
      expectThat(most === 1, 'one task at a time', `${most} at once`);
      expectThat(ran === PEERS * TASKS, `${PEERS * TASKS} tasks run`, `${ran}`);
    },
  },
  {
    name: 'exclusive: lets tasks of different fences run side by side',
    async play({ peers, inTime }) {
      const [one, other] = (await peers(2)) as [Peer, Peer];
      const lock = await takeLock(one, 5, inTime);
      for (const peer of [one, other]) {
        await inTime('a task of another fence to run meanwhile', peer.exclusive(6, nothing));
      }
      await lock.letGo();
    },
  },
  {
    name: 'exclusive: passes on what its task resolves to',
    async play({ peer, inTime }) {
      const result = { of: 'the task' };
      const got = await inTime(
        'a task to run',
        (await peer()).exclusive(5, () => Promise.resolve(result)),
      );
      expectThat(got === result, 'the very result of the task', 'something else');
    },
  },
  {
    name: 'exclusive: passes on what its task throws, and lets go',
    async play({ peers, inTime }) {
      const [one, other] = (await peers(2)) as [Peer, Peer];
      const problem = new Error('of the task');
      const throws = (): Promise<never> => {
        throw problem;
      };
      for (const task of [() => Promise.reject(problem), throws]) {
        const got = await inTime(
          'a failing task to settle',
          one.exclusive(5, task).catch((error: unknown) => error),
        );
        expectThat(got === problem, 'the very error of the task', 'something else');
        await inTime('the fence to be free after a failing task', other.exclusive(5, nothing));
      }
    },
  },
  {
    name: 'exclusive: who waits gives up when its signal aborts, and nobody else does',
    async play({ peers, inTime }) {
      const [one, other, third] = (await peers(PEERS)) as [Peer, Peer, Peer];
      const lock = await takeLock(one, 5, inTime);
      const controller = new AbortController();
      let ran = 0;
      const task = (): Promise<void> => Promise.resolve(void ran++);
      const waiting = settled(other.exclusive(5, task, controller.signal));
      const behind = third.exclusive(5, nothing);
      behind.catch(() => {});
      // No store tells when a task is in its queue: this gives it the time to get there before it gives up.
      await pause(1);
      controller.abort();
      const outcome = await inTime('an aborted waiter to reject while the holder goes on', waiting);
      expectThat(outcome === 'rejected', 'an aborted waiter to reject', outcome);
      await lock.letGo();
      await inTime('who waited behind an aborted waiter to have its turn', behind);
      expectThat(ran === 0, 'the task of an aborted waiter never to run', 'that it ran');
    },
  },
  {
    name: 'exclusive: runs nothing for a signal that is aborted already',
    async play({ peer, inTime }) {
      const one = await peer();
      let ran = 0;
      const task = (): Promise<void> => Promise.resolve(void ran++);
      const outcome = settled(one.exclusive(5, task, AbortSignal.abort()));
      const came = await inTime('a call with an aborted signal to settle', outcome);
      expectThat(came === 'rejected', 'a call with an aborted signal to reject', came);
      await inTime('the fence to be free', one.exclusive(5, nothing));
      expectThat(ran === 0, 'its task never to run', 'that it ran');
    },
  },
  {
    name: 'exclusive: an abort while the task runs changes nothing',
    async play({ peers, inTime }) {
      const [one, other] = (await peers(2)) as [Peer, Peer];
      const controller = new AbortController();
      const lock = await takeLock(one, 5, inTime, controller.signal);
      controller.abort();
      let isFree = false;
      const behind = other.exclusive(5, () => Promise.resolve((isFree = true)));
      behind.catch(() => {});
      await pause(1);
      expectThat(!isFree, 'the fence to be held until the task is over', 'that it was free at the abort');
      await lock.letGo();
      await inTime('the fence to be free after the task', behind);
    },
  },
];

const nothing = (): Promise<void> => Promise.resolve();

function settled(promise: Promise<unknown>): Promise<'resolved' | 'rejected'> {
  return promise.then(
    () => 'resolved',
    () => 'rejected',
  );
}

/** Takes the lock of a fence, and keeps it until told. */
async function takeLock(
  peer: Peer,
  fence: number,
  inTime: <Value>(what: string, promise: Promise<Value>) => Promise<Value>,
  signal?: AbortSignal,
): Promise<{ letGo(): Promise<void> }> {
  let letGo = (): void => {};
  let enter = (): void => {};
  const entered = new Promise<void>((resolve) => (enter = resolve));
  const released = new Promise<string>((resolve) => (letGo = () => resolve('done')));
  const over = peer.exclusive(
    fence,
    () => {
      enter();
      return released;
    },
    signal,
  );
  over.catch(() => {});
  await inTime('a task to run where nobody else does', entered);
  return {
    async letGo() {
      letGo();
      const outcome = await inTime(
        'a task to end',
        over.catch(() => 'rejected'),
      );
      if (outcome !== 'done') fail('a task to end with its own result', outcome);
    },
  };
}
