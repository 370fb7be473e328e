import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import type { AuthServer, AuthServerProfile } from 'holdfast/testing';
import { findOrder, listOrders, STATUSES } from './data.js';

type Environment = { Bindings: HttpBindings; Variables: { user: AuthServerProfile } };

/** The app's own routes. Every one but the notice asks the auth server who is calling. */
export function createApi(auth: AuthServer): Hono<Environment> {
  const api = new Hono<Environment>();

  api.get('/notice', (c) => c.json(ok({ accounts: ['ada', 'lin'] })));

  // A slow one, whose token is looked at when the work is done: its rejection comes late.
  api.get('/reports/:order', async (c) => {
    await pause(Number(c.req.query('delayMs')));
    const caller = auth.authenticate(c.req.raw);
    return 'user' in caller ? c.json(ok({ order: c.req.param('order') })) : caller;
  });

  api.use(async (c, next) => {
    const caller = auth.authenticate(c.req.raw);
    if (!('user' in caller)) return caller;
    c.set('user', caller.user);
    return await next();
  });

  api.get('/profile', (c) => c.json(ok(c.get('user'))));

  api.get('/orders', (c) => {
    const { search = '', status = '', page = '1', pageSize = '10' } = c.req.query();
    return c.json(ok(listOrders({ search, status, page: Number(page), pageSize: Number(pageSize) })));
  });

  api.get('/orders/:number', async (c) => {
    const order = findOrder(c.req.param('number'));
    if (order === undefined) return c.json(failed(44004, 'there is no such order'));
    await work(order.number);
    return c.json(ok(order));
  });

  api.put('/orders/:number', async (c) => {
    const order = findOrder(c.req.param('number'));
    if (order === undefined) return c.json(failed(44004, 'there is no such order'));
    const { status, note } = await c.req.json<{ status?: unknown; note?: unknown }>();
    const known = STATUSES.find((it) => it === status);
    if (known === undefined || typeof note !== 'string') {
      return c.json(failed(47002, 'expected a status and a note'));
    }
    Object.assign(order, { status: known, note });
    return c.json(ok(order));
  });

  api.post('/quotes', async (c) => {
    const { order, quantity } = await c.req.json<{ order: string; quantity: number }>();
    await work(order);
    return c.json(ok({ order, price: quantity * 1.2 }));
  });

  api.post('/files', async (c) => {
    const { order, file } = await c.req.parseBody();
    if (typeof order !== 'string' || !(file instanceof File)) {
      return c.json(failed(47002, 'expected an order and a file'));
    }
    await work(order);
    return c.json(ok({ order, name: file.name, bytes: file.size }));
  });

  api.get('/broken', (c) => c.text('', 500));

  api.get('/unplugged', (c) => {
    c.env.outgoing.destroy();
    return RESPONSE_ALREADY_SENT;
  });

  return api;
}

function ok(data: unknown) {
  return { errcode: 0, errmsg: 'ok', data };
}

function failed(errcode: number, errmsg: string) {
  return { errcode, errmsg, data: null };
}

/** Work takes its time, and not the same for all, so that answers come out of order. */
async function work(order: string): Promise<void> {
  await pause(12 + ((Number(order.slice(-2)) * 37) % 60));
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
