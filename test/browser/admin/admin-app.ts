import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const VITE = join(ROOT, 'node_modules/vite/bin/vite.js');

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

/** Builds the example from its sources, for this test file alone, and starts it on a free port. */
export async function startAdmin(): Promise<AdminApp> {
  await mkdir(join(ROOT, '.cache'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, '.cache/admin-'));
  await Promise.all([
    build('--outDir', join(folder, 'client')),
    build('--ssr', 'server/main.ts', '--outDir', join(folder, 'server')),
  ]);
  const server = spawn(process.execPath, [join(folder, 'server/main.js'), '--serve', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
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
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function build(...options: string[]): Promise<void> {
  const vite = spawn(process.execPath, [VITE, 'build', '--emptyOutDir', '--logLevel', 'warn', ...options], {
    cwd: join(ROOT, 'examples/admin'),
    // The tests run with NODE_ENV=test, for which Vue would be built with its warnings.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(vite, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`vite build ${options.join(' ')} ended with ${code}`);
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
