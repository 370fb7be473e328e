import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../../scripts/run.mjs';
import { createAuthServer, type AuthServer, type AuthServerTokens } from '../../../src/testing/index.js';
import { deferred, type Deferred } from '../../support/deferred.js';
import { serve, type LoopbackServer } from '../../support/serve.js';

/** The page and its worker, as they are sent. */
export type Scripts = { readonly page: string; readonly worker: string };

/** One origin: the page, and the server it signs in to. Each case has its own, and with it its own storage and locks. */
export interface Site {
  readonly origin: string;
  readonly auth: AuthServer;
  /** The refresh tokens that were presented, in order. */
  readonly presented: readonly Presented[];
  /** Whether any request has brought this token so far. */
  hasSeen(token: string): boolean;
  /** The next refresh is carried out, and its answer kept back. */
  keepRefresh(): Kept;
  /** Cuts all connections and takes none any more; then takes them again, knowing all it knew. */
  stop(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface Presented {
  readonly refreshToken: string;
  /** Which tab brought it, and which load of it. */
  readonly tab: string;
  /** The tokens it was exchanged for; undefined until then, and where it was refused. */
  answer?: AuthServerTokens;
}

export interface Kept {
  /** The refresh has arrived, and its token is spent. */
  readonly arrived: Promise<void>;
  /** Who asked is gone. */
  readonly left: Promise<void>;
  /** Lets the answer go. */
  release(): void;
}

const HTML = '<!doctype html><meta charset="utf-8"><title>tab</title><body><script src="/page.js"></script>';
const PAGE_FOLDER = join(root, 'test/browser/tabs/page');

/** From the sources that are tested. */
export async function bundleScripts(): Promise<Scripts> {
  const { outputFiles } = await build({
    entryPoints: ['page.ts', 'worker.ts'].map((file) => join(PAGE_FOLDER, file)),
    outdir: '/',
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
  });
  const [page = '', worker = ''] = outputFiles.map(({ text }) => text);
  return { page, worker };
}

export async function openSite(scripts: Scripts): Promise<Site> {
  const auth = createAuthServer();
  const presented: Presented[] = [];
  const seen = new Set<string>();
  const keeps: Record<'arrived' | 'left' | 'released', Deferred<void>>[] = [];

  async function refresh(request: Request): Promise<Response> {
    const { refreshToken } = (await request.clone().json()) as { refreshToken: string };
    const own: Presented = { refreshToken, tab: request.headers.get('x-tab') ?? '' };
    presented.push(own);
    seen.add(refreshToken);
    const keep = keeps.shift();
    const answer = await auth(request);
    if (answer.ok) own.answer = (await answer.clone().json()) as AuthServerTokens;
    if (!keep) return answer;
    keep.arrived.resolve();
    const left = new Promise<'left'>((resolve) => {
      request.signal.addEventListener('abort', () => resolve('left'));
      if (request.signal.aborted) resolve('left');
    });
    if ((await Promise.race([keep.released.promise, left])) === 'left') keep.left.resolve();
    return answer;
  }

  function handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    switch (pathname) {
      case '/':
        return sent(HTML, 'text/html');
      case '/blank':
        return sent('<!doctype html><title>blank</title>', 'text/html');
      case '/page.js':
        return sent(scripts.page, 'text/javascript');
      case '/worker.js':
        return sent(scripts.worker, 'text/javascript');
      case '/auth/refresh':
        return refresh(request);
      default:
        seen.add(request.headers.get('authorization')?.replace('Bearer ', '') ?? '');
        return auth(request);
    }
  }

  let server: LoopbackServer = await serve(handle);
  const { origin } = server;

  return {
    origin,
    auth,
    presented,
    hasSeen: (token) => seen.has(token),
    keepRefresh() {
      const [arrived, left, released] = [deferred(), deferred(), deferred()];
      keeps.push({ arrived, left, released });
      return { arrived: arrived.promise, left: left.promise, release: released.resolve };
    },
    stop: () => server.close(),
    async restart() {
      server = await serve(handle, Number(new URL(origin).port));
    },
    async close() {
      auth.close();
      await server.close();
    },
  };
}

function sent(body: string, type: string): Promise<Response> {
  return Promise.resolve(new Response(body, { headers: { 'content-type': `${type}; charset=utf-8` } }));
}
