import {
  bearer,
  buffered,
  challenge,
  createSession,
  envelope,
  graphql,
  header,
  memoryStore,
  query,
  statuses,
  type Attach,
  type Judge,
  type JudgedReply,
  type Session,
  type SessionOptions,
  type SessionRecord,
  type SharedStore,
} from 'holdfast';
import { webStore } from 'holdfast/web';
import type { Client, Setting, Tokens } from '../../contract.js';
import type { Feature } from '../../features.js';

export const FEATURES_OF_HOLDFAST: readonly Feature[] = [
  'expiry',
  'own-clock',
  'exact-expiry',
  'rejection',
  'statuses',
  'codes',
  'challenge',
  'server-sign-out',
  'renewed-by',
  'attach',
  'origins',
  'attach-header',
  'own-scheme',
  'query',
  'refresh-ahead',
  'shared-refresh',
  'refresh-function',
  'tokens-in-refresh',
  'reads-tokens',
  'keeps-tokens',
  'retry-after',
  'refresh-through-client',
  'sign-out',
  'anonymous',
  'reject-signed-out',
  'relogin',
  'ended-event',
  'late-store',
  'kept',
  'several-clients',
  'several-sessions',
  'fruitless-refreshes',
  'signal',
  'abort-signal',
  'buffered-streams',
  'http',
];

type Post = (url: string, init: { method: string; body: string }) => Promise<Response>;

/** `post`: the client that is put under the session, for a refresh that goes through it. */
export async function sessionFor(
  setting: Setting,
  post: Post,
): Promise<{
  session: Session<Tokens>;
  client: Pick<Client, 'signIn' | 'adopt' | 'signOut' | 'tokens' | 'visible' | 'close'>;
}> {
  const { relogin, leewayMs, refreshAheadMs, refreshTimeoutMs, fruitlessRefreshes } = setting;
  const store = await storeFor(setting);
  const options: SessionOptions<Tokens> = {
    ...(store && { store }),
    refresh: async (tokens, { signal }) => {
      if (!setting.refreshThroughClient) return await setting.refresh(tokens, { signal });
      const body = JSON.stringify({ refreshToken: tokens.refreshToken });
      const response = await post(`${setting.url}/auth/refresh`, { method: 'POST', body });
      // Its status tells a refusal from bad luck.
      // eslint-disable-next-line typescript/only-throw-error
      if (!response.ok) throw response;
      return (await response.json()) as Tokens;
    },
    refreshAheadMs,
    refreshTimeoutMs,
    reuseGraceMs: 0,
    ...(leewayMs !== undefined && { leewayMs }),
    ...(fruitlessRefreshes && { fruitlessRefreshes }),
    ...(relogin && { onExpired: relogin }),
  };
  const session = createSession(options);
  session.on('ended', setting.ended);
  return {
    session,
    client: {
      signIn: (tokens) => session.signIn(tokens),
      ...(store && { adopt: (tokens: Tokens) => adopt(session, store, tokens) }),
      signOut: () => session.signOut(),
      tokens: () => session.current(),
      visible: () => [session, session.snapshot(), session.history()],
      close: () => session.close(),
    },
  };
}

export function clientOptionsFor({ judge, attach, renewedBy, whenSignedOut, bufferBytes }: Setting): {
  attach: Attach<Tokens>;
  judge: Judge;
  renewedBy?: (reply: JudgedReply) => unknown;
} {
  return {
    attach: attachFor(attach),
    judge: judgeFor(judge),
    ...(renewedBy !== undefined && { renewedBy: (reply: JudgedReply) => reply.header(renewedBy) }),
    ...(whenSignedOut === 'reject' && { whenSignedOut }),
    ...(bufferBytes > 0 && { streams: buffered(bufferBytes) }),
  };
}

function attachFor(attach: Setting['attach']): Attach<Tokens> {
  switch (attach) {
    case 'bearer':
      return bearer();
    case 'header':
      return header('x-token');
    case 'query':
      return query(({ accessToken }) => ({ token: accessToken }));
  }
}

function judgeFor(judge: Setting['judge']): Judge {
  switch (judge.by) {
    case 'status':
      return statuses({ refresh: judge.statuses });
    case 'code':
      return envelope({ code: judge.field, refresh: judge.refresh, signOut: judge.signOut });
    case 'challenge':
      return challenge();
    case 'graphql':
      return graphql();
  }
}

/** Writes what another tab would write after its refresh, and waits until the session has taken it in. */
async function adopt(session: Session<Tokens>, store: SharedStore<Tokens>, tokens: Tokens): Promise<void> {
  const record = await store.read();
  if (!record) throw new TypeError('expected a session that is signed in, got none');
  const adopted = new Promise((resolve) => session.on('adopted', resolve));
  const generation = record.generation + 1;
  await store.compareAndSet(record, { ...record, tokens, generation, requestedAt: Date.now() });
  await adopted;
}

/** None unless the case asks for what takes one: most apps have the record in the page alone. */
async function storeFor({ kept, stored, shared }: Setting): Promise<SharedStore<Tokens> | undefined> {
  if (kept !== undefined) {
    // There is no IndexedDB in Node.
    const { IDBFactory } = await import('fake-indexeddb');
    globalThis.indexedDB ??= new IDBFactory();
    return webStore({ key: kept });
  }
  if (stored) return lateStore(stored);
  return shared ? memoryStore() : undefined;
}

/** A store whose record is there from the start and is read with a delay. */
function lateStore(stored: Promise<Tokens | null>): SharedStore<Tokens> {
  const store = memoryStore<Tokens>();
  const filled = stored.then(async (tokens) => {
    if (!tokens) return;
    const record: SessionRecord<Tokens> = {
      tokens,
      generation: 1,
      epoch: 1,
      requestedAt: Date.now(),
      fence: 0,
      claim: null,
    };
    await store.compareAndSet(null, record);
  });
  return {
    ...store,
    read: () => filled.then(() => store.read()),
    compareAndSet: (expected, next) => filled.then(() => store.compareAndSet(expected, next)),
  };
}
