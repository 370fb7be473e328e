import { Hono } from 'hono';
import type { AuthServer, AuthServerSettings, RefreshFault } from 'holdfast/testing';

/** What the page's buttons do to the server. For this demonstration on loopback; no real server has such a thing. */
export function createControl(auth: AuthServer): Hono {
  const state = () => ({ settings: auth.settings, counters: auth.counters });
  const control = new Hono();

  control.get('/state', (c) => c.json(state()));

  control.put('/settings', async (c) => {
    const wanted: Partial<Record<string, unknown>> = await c.req.json();
    for (const name of Object.keys(auth.settings) as (keyof AuthServerSettings)[]) {
      if (typeof wanted[name] === typeof auth.settings[name]) {
        Object.assign(auth.settings, { [name]: wanted[name] });
      }
    }
    return c.json(state());
  });

  control.post('/faults', async (c) => {
    const { fault, ...options } = await c.req.json<{ fault: RefreshFault; retryAfter?: number }>();
    auth.failNextRefresh(fault, options);
    return c.json(state());
  });

  control.post('/heal', (c) => {
    auth.healRefresh();
    return c.json(state());
  });

  control.post('/revoke-access', (c) => {
    auth.revokeAccess();
    return c.json(state());
  });

  control.post('/revoke-sessions', (c) => {
    auth.revokeSessions();
    return c.json(state());
  });

  control.post('/reset-counters', (c) => {
    auth.resetCounters();
    return c.json(state());
  });

  return control;
}
