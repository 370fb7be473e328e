import { Session as Inspector } from 'node:inspector/promises';
import { createSession, memoryStore, type SessionOptions } from 'holdfast';
import type { Answer } from './support/answer.js';

type Tokens = { accessToken: string; refreshToken: string; expiresIn: number };

/** What somebody has to follow who steps through a refresh in a debugger. */
const BUDGET = 220;

/** Counted by V8 while one `guard()` meets a 401, refreshes and is sent again: calls of functions of the package alone. */
export async function run(): Promise<Answer> {
  const [page, shared] = [await callsOf({}), await callsOf({ store: memoryStore<Tokens>() })];
  return {
    question: 'How many function calls are a 401, the refresh and the replay?',
    rows: [
      { name: 'without a store', value: page, unit: 'calls', budget: BUDGET, ok: page <= BUDGET },
      { name: 'with memoryStore()', value: shared, unit: 'calls' },
    ],
  };
}

async function callsOf(store: Pick<SessionOptions<Tokens>, 'store'>): Promise<number> {
  const session = createSession<Tokens>({
    refresh: () => Promise.resolve({ accessToken: 'b', refreshToken: 's', expiresIn: 3600 }),
    ...store,
  });
  await session.signIn({ accessToken: 'a', refreshToken: 'r', expiresIn: 3600 });
  const inspector = new Inspector();
  inspector.connect();
  await inspector.post('Profiler.enable');
  await inspector.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await inspector.post('Profiler.takePreciseCoverage');
  const { status } = await session.guard((tokens) =>
    Promise.resolve({ status: tokens?.accessToken === 'a' ? 401 : 200 }),
  );
  if (status !== 200) throw new Error(`expected the reply to the replay, got ${status}`);
  const { result } = await inspector.post('Profiler.takePreciseCoverage');
  inspector.disconnect();
  session.close();
  const ours = result.filter(({ url }) => url.includes('/dist/'));
  return ours
    .flatMap(({ functions }) => functions)
    .reduce((sum, { ranges }) => sum + (ranges[0]?.count ?? 0), 0);
}
