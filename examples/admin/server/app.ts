import { fileURLToPath } from 'node:url';
import type { HttpBindings } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { createAuthServer, isDroppedAnswer, type AuthServer } from 'holdfast/testing';
import { createApi } from './api.js';
import { createControl } from './control.js';
import { users } from './data.js';

const CLIENT = fileURLToPath(new URL('../client', import.meta.url));

export interface Admin {
  readonly app: Hono<{ Bindings: HttpBindings }>;
  readonly auth: AuthServer;
}

/** The whole server: tokens, the app's data, the buttons of the demonstration, and the built page. */
export function createAdmin(): Admin {
  const auth = createAuthServer({
    basePath: '/api',
    style: 'envelope',
    users,
    // Short, so that a person sees tokens die while watching.
    accessLifetimeMs: 20_000,
    refreshDelayMs: 400,
    reuseGraceMs: 10_000,
  });
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.onError((error, c) => {
    // What comes from a caller who left, or plays a broken line, gets no answer.
    if (!isDroppedAnswer(error) && !c.req.raw.signal.aborted) {
      console.error(error);
      return c.text('Internal Server Error', 500);
    }
    // In the middle of the answer: what breaks before its first byte, browsers quietly send again by themselves.
    const { outgoing } = c.env;
    outgoing.writeHead(200, { 'content-length': 2 }).write('{', () => outgoing.destroy());
    return RESPONSE_ALREADY_SENT;
  });

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
      },
      // The demonstration runs on plain HTTP.
      strictTransportSecurity: false,
    }),
  );
  app.all('/api/auth/*', (c) => auth(c.req.raw));
  app.route('/api', createApi(auth));
  app.route('/control', createControl(auth));
  app.use(serveStatic({ root: CLIENT }));
  app.get('*', serveStatic({ root: CLIENT, path: 'index.html' }));
  return { app, auth };
}
