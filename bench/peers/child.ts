/** Everything that is measured of one subject in one round, in a process of its own. */
import { join } from 'node:path';
import { loadSubject } from '../../conformance/runner/catalogue.js';
import { openServer, type RemoteServer } from '../../conformance/server/remote.js';
import { takeOverDate } from '../../conformance/stage/time.js';
import { BARE, isBare } from '../../conformance/bare-clients.js';
import { hotPathUs } from './hot-path.js';
import { floor, storm, STORMS, type StormResult } from './storm.js';
import { installTransports } from './transports.js';
import { heldAMinute } from './user-session.js';

export type Measured = {
  readonly hotUs: number;
  /** By name of the storm. */
  readonly storms: Readonly<Record<string, StormResult>>;
  /** In the first round only: it counts, and counts the same each time. */
  readonly heldAMinute?: number;
};

/** Beyond what anyone here has reason to send. */
const SEND_LIMIT = 1_000_000;

const [controlPort, name = '', round] = process.argv.slice(2);
const time = takeOverDate();
const transports = installTransports();
let opened = 0;

async function onServer<Value>(measure: (server: RemoteServer) => Promise<Value>): Promise<Value> {
  const server = await openServer(Number(controlPort), `${process.pid}-${(opened += 1)}`, SEND_LIMIT);
  try {
    return await measure(server);
  } finally {
    time.reset();
    await server.close();
  }
}

const bare = isBare(name) ? BARE[name] : undefined;
const subject = bare ?? (await loadSubject(join(import.meta.dirname, '..'), name));
const storms: Record<string, StormResult> = {};
for (const [title, each] of Object.entries(STORMS)) {
  if (each.mode === 'expired' && !bare && !subject.features.includes('expiry')) continue;
  if (each.mode === 'rejected' && !bare && !subject.features.includes('rejection')) continue;
  storms[title] = await onServer((server) =>
    bare ? floor(bare, server, time, each) : storm(subject, server, time, each),
  );
}
const measured: Measured = {
  storms,
  hotUs: await onServer((server) => hotPathUs(subject, server, time, transports)),
  ...(round === '0' &&
    !bare && { heldAMinute: await onServer((server) => heldAMinute(subject, server, time)) }),
};
process.send?.(measured, () => process.exit());
