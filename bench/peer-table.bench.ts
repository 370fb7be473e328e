import axios, { type AxiosInstance } from 'axios';
import { createSession, type Session } from 'holdfast';
import { guardAxios } from 'holdfast/axios';
import { createAuthServer, type AuthServer, type AuthServerTokens } from 'holdfast/testing';
import { serve } from '../test/support/serve.js';
import type { Answer, Row } from './support/answer.js';

type Stage = {
  readonly server: AuthServer;
  readonly session: Session<AuthServerTokens>;
  readonly client: AxiosInstance;
};

const REFRESH_MS = 60;

/** Scenarios that peers fail, over a real server on loopback whose refresh tokens rotate. */
export async function run(): Promise<Answer> {
  const rows = [
    await onStage(servedOf50),
    await onStage(refreshesOfALateRejection),
    await onStage(settledOf10),
    await onStage(refreshesThatDoNotHelp),
    await onStage(sentWhileRefreshing),
    await onStage(abortedAfter),
    await onStage(servedOfOverlappingCycles),
  ];
  return { question: 'How does guarded axios do in seven scenarios that peers fail?', rows };
}

async function onStage(scenario: (stage: Stage) => Promise<Row>): Promise<Row> {
  const server = createAuthServer({ refreshDelayMs: REFRESH_MS });
  const { origin, close } = await serve((request) => withSlowRoute(server, request));
  const session = createSession<AuthServerTokens>({
    refresh: async ({ refreshToken }, { signal }) => {
      const reply = await axios.post<AuthServerTokens>(
        `${origin}/auth/refresh`,
        { refreshToken },
        { signal },
      );
      return reply.data;
    },
  });
  const client = axios.create({ baseURL: origin });
  guardAxios(client, session);
  await session.signIn(server.signIn('ada'));
  try {
    return await scenario({ server, session, client });
  } finally {
    session.close();
    server.close();
    await close();
  }
}

/** Says no at once and yes late, as a server does that looks at the token first. */
async function withSlowRoute(server: AuthServer, request: Request): Promise<Response> {
  if (new URL(request.url).pathname !== '/api/slow') return server(request);
  const caller = server.authenticate(request);
  if (caller instanceof Response) return caller;
  await pause(400);
  return Response.json({ user: caller.user });
}

async function servedOf50({ server, client }: Stage): Promise<Row> {
  server.revokeAccess();
  const served = await fulfilled(times(50, () => client.get('/api/echo')));
  return expected('50 × 401 at once: served', served, 50);
}

async function refreshesOfALateRejection({ server, client }: Stage): Promise<Row> {
  const slow = client.get('/api/echo?judge=late&delayMs=300');
  await pause(20);
  server.revokeAccess();
  await client.get('/api/echo');
  await slow;
  return expected('a late 401: refreshes', server.counters.refreshes, 1);
}

async function settledOf10({ server, client }: Stage): Promise<Row> {
  server.revokeSessions();
  const calls = times(10, () => client.get('/api/echo'));
  const settled = Promise.allSettled(calls).then((all) => all.length);
  const count = await Promise.race([settled, pause(3_000).then(() => 0)]);
  return expected('the refresh answers 400: settled of 10', count, 10);
}

async function refreshesThatDoNotHelp({ server, client }: Stage): Promise<Row> {
  await Promise.allSettled(times(5, () => client.get('/api/always-401')));
  return expected('the new token is rejected too: refreshes for 5 callers', server.counters.refreshes, 1);
}

async function sentWhileRefreshing({ server, client }: Stage): Promise<Row> {
  server.revokeAccess();
  const first = client.get('/api/echo');
  await pause(REFRESH_MS / 2);
  const rejectedBefore = server.counters.rejected;
  await Promise.all([first, client.get('/api/echo')]);
  return expected(
    'begun while refreshing: sent with the dead token',
    server.counters.rejected - rejectedBefore,
    0,
  );
}

async function abortedAfter({ server, client }: Stage): Promise<Row> {
  server.settings.refreshDelayMs = 600;
  server.revokeAccess();
  const startedAt = performance.now();
  const call = client.get('/api/echo', { signal: AbortSignal.timeout(150) });
  await Promise.allSettled([call]);
  return {
    name: 'aborted after 150 ms, held by a refresh of 600 ms: free after',
    value: performance.now() - startedAt,
    unit: 'ms',
  };
}

async function servedOfOverlappingCycles({ server, client }: Stage): Promise<Row> {
  server.revokeAccess();
  const slow = client.get('/api/slow');
  await pause(3 * REFRESH_MS);
  server.revokeAccess();
  const served = await fulfilled([slow, ...times(10, () => client.get('/api/echo'))]);
  const row = expected('a slow replay outlives the next cycle: served of 11', served, 11);
  return { ...row, ok: row.ok === true && server.counters.refreshes === 2 };
}

function expected(name: string, value: number, budget: number): Row {
  return { name, value, unit: '', budget, ok: value === budget };
}

function times<Value>(count: number, make: () => Value): Value[] {
  return Array.from({ length: count }, make);
}

async function fulfilled(calls: Promise<unknown>[]): Promise<number> {
  return (await Promise.allSettled(calls)).filter(({ status }) => status === 'fulfilled').length;
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
