import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inject } from 'vitest';

export interface ServerState {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly counters: {
    readonly logins: number;
    readonly refreshes: number;
    readonly reuseAlarms: number;
    readonly served: number;
    readonly rejected: number;
  };
}

/** The example as `npm start` serves it, in a process of its own. */
export interface AdminApp {
  readonly origin: string;
  state(): Promise<ServerState>;
  change(settings: Readonly<Record<string, unknown>>): Promise<void>;
  failNextRefresh(fault: string): Promise<void>;
  revokeAccess(): Promise<void>;
  /** Settings and counters as a test expects them. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

const SETTINGS = { accessLifetimeMs: 60_000, refreshDelayMs: 60, reuseGraceMs: 10_000, rotation: true };

/** Starts the example as it was built for these tests, on a free port. */
export async function startAdmin(): Promise<AdminApp> {
  const server = spawn(
    process.execPath,
    [join(inject('adminFolder'), 'server/main.js'), '--serve', '--port', '0'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const origin = await originOf(server);

  async function control(method: string, path: string, body: object = {}): Promise<ServerState> {
    const init = method === 'GET' ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${origin}/control/${path}`, { method, ...init });
    return (await response.json()) as ServerState;
  }

  return {
    origin,
    state: () => control('GET', 'state'),
    change: async (settings) => void (await control('PUT', 'settings', settings)),
    failNextRefresh: async (fault) => void (await control('POST', 'faults', { fault })),
    revokeAccess: async () => void (await control('POST', 'revoke-access')),
    async reset() {
      await control('POST', 'heal');
      await control('PUT', 'settings', SETTINGS);
      await control('POST', 'reset-counters');
    },
    async close() {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    },
  };
}

async function originOf(server: ChildProcess): Promise<string> {
  let printed = '';
  for await (const chunk of server.stdout ?? []) {
    printed += String(chunk);
    const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
    if (origin) {
      server.stdout?.resume();
      return origin;
    }
  }
  throw new Error(`expected the server to print where it listens, got: ${printed}`);
}
