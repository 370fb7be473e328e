import type { Subject } from '../../conformance/contract.js';
import type { RemoteServer } from '../../conformance/server/remote.js';
import { isServed } from '../../conformance/stage/outcomes.js';
import { createStage, type Stage } from '../../conformance/stage/stage.js';
import type { LocalTime } from '../../conformance/stage/time.js';
import type { BareClient, BareSubject } from '../../conformance/bare-clients.js';

const REQUESTS = 1_000;
const WARM_UP = 50;

export type Storm = {
  /** Who knows that the token is dead: the client by its clock, or only the server. */
  readonly mode: 'expired' | 'rejected';
  readonly refreshMs: number;
  readonly requestMs: number;
};

export const STORMS: Readonly<Record<string, Storm>> = {
  expired: { mode: 'expired', refreshMs: 0, requestMs: 0 },
  rejected: { mode: 'rejected', refreshMs: 0, requestMs: 0 },
  'expired, slow network': { mode: 'expired', refreshMs: 250, requestMs: 20 },
  'rejected, slow network': { mode: 'rejected', refreshMs: 250, requestMs: 20 },
};

export type StormResult = { readonly ms: number; readonly served: number; readonly refreshes: number };

/** 1,000 requests at once over real HTTP, with a token that has just died. */
export async function storm(
  subject: Subject,
  server: RemoteServer,
  time: LocalTime,
  { mode, refreshMs, requestMs }: Storm,
): Promise<StormResult> {
  const stage = createStage(subject, server, time);
  const { request } = await stage.start();
  const path = stage.path(`delayMs=${requestMs}`);
  await stage.settle(Array.from({ length: WARM_UP }, () => request(path)));
  await server.set({ refreshDelayMs: refreshMs });
  await (mode === 'expired' ? stage.expire() : server.revokeAccess());
  const startedAt = performance.now();
  const outcomes = await stage.settle(Array.from({ length: REQUESTS }, () => request(path)));
  const ms = performance.now() - startedAt;
  const { refreshes } = await server.seen();
  return { ms, served: outcomes.filter(isServed).length, refreshes };
}

/**
 * The physical floor: one refresh and one round trip of all requests through the bare client; where only the server
 * knows, the round trip before it, in which all are rejected, is no less physical.
 */
export async function floor(
  subject: BareSubject,
  server: RemoteServer,
  time: LocalTime,
  { mode, refreshMs, requestMs }: Storm,
): Promise<StormResult> {
  let bare: BareClient | undefined;
  const stage = createStage(
    { ...subject, create: (setting) => (bare = subject.create(setting)) },
    server,
    time,
  );
  await stage.start();
  const path = stage.path(`delayMs=${requestMs}`);
  await all(stage, bare, path, WARM_UP);
  await server.set({ refreshDelayMs: refreshMs });
  await server.revokeAccess();
  const startedAt = performance.now();
  if (mode === 'rejected') await all(stage, bare, path, REQUESTS);
  await bare?.refresh();
  const served = await all(stage, bare, path, REQUESTS);
  return { ms: performance.now() - startedAt, served, refreshes: 1 };
}

async function all(stage: Stage, bare: BareClient | undefined, path: string, count: number): Promise<number> {
  const calls = Array.from({ length: count }, () => bare?.request(path));
  return (await stage.settle(calls.filter((call) => call !== undefined))).filter(isServed).length;
}
