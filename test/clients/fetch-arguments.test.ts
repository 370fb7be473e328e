import { describe, expect, it } from 'vitest';
import { guardFetch, type GuardedFetch } from '../../src/clients/fetch.js';
import { guardedFetch } from './support/guarded.js';
import { failureOf } from './support/subjects.js';
import { createRevokedWorld, createWorld, type World } from './support/world.js';

type Setting = { world: World; client: GuardedFetch; url: string };

/** Its token is dead: what is sent now is held, and goes out when the refresh is through. */
async function held(): Promise<Setting & { served(): Promise<void> }> {
  const world = await createWorld();
  const client = guardedFetch(world);
  const gate = world.hold('/auth/refresh');
  world.expire();
  return {
    world,
    client,
    url: `${world.origin}/api/echo`,
    async served() {
      await gate.waiting(1);
      gate.open();
    },
  };
}

/** Its token is refused: what is sent now is sent again. */
async function rejected(): Promise<Setting> {
  const world = await createRevokedWorld();
  return { world, client: guardedFetch(world), url: `${world.origin}/api/echo` };
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** What three calls in a row sent, whatever became of what they were called with. */
async function sentByThree(call: (setting: Setting, n: number) => Promise<Response>): Promise<string[][]> {
  const runs: string[][] = [];
  for (const make of [held, rejected]) {
    const setting = await make();
    const calls = [1, 2, 3].map((n) => call(setting, n));
    if ('served' in setting) await (setting as Awaited<ReturnType<typeof held>>).served();
    for (const response of await Promise.all(calls)) expect(response.status).toBe(200);
    const told = setting.world.sends.map(
      ({ method, url, headers, bytes }) => `${method} ${url} ${headers['x-n'] ?? ''} ${text(bytes)}`,
    );
    // Three that were held, or three twice: each as often as the others.
    expect(told).toHaveLength(make === held ? 3 : 6);
    runs.push([...new Set(told)].sort());
  }
  return runs;
}

function thrice(line: (n: number) => string): string[][] {
  const lines = [1, 2, 3].map(line);
  return [lines, lines];
}

describe('what the caller goes on using', () => {
  it('arguments-reused: one URL object is three pages', async () => {
    let page: URL | undefined;
    const sent = await sentByThree(({ client, url }, n) => {
      if (n === 1) page = new URL(url);
      page?.searchParams.set('page', String(n));
      return client(page ?? url);
    });
    expect(sent).toEqual(thrice((n) => `GET /api/echo?page=${n}  `));
  });

  it('arguments-reused: one init is three orders', async () => {
    const init: RequestInit & { headers: Record<string, string> } = { method: 'POST', headers: {} };
    const sent = await sentByThree(({ client, url }, n) => {
      init.body = `order ${n}`;
      init.headers['x-n'] = String(n);
      init.method = n === 2 ? 'PUT' : 'POST';
      return client(url, init);
    });
    const line = (n: number): string => `${n === 2 ? 'PUT' : 'POST'} /api/echo ${n} order ${n}`;
    expect(sent).toEqual([
      [line(1), line(3), line(2)],
      [line(1), line(3), line(2)],
    ]);
  });

  const bytes = new Uint8Array([0, 48, 0]);
  const params = new URLSearchParams();
  const form = new FormData();
  const BODIES: [string, (n: number) => BodyInit, (n: number) => string | RegExp][] = [
    ['a buffer', (n) => ((bytes[1] = 48 + n), bytes.buffer), (n) => `\0${n}\0`],
    ['a view', (n) => ((bytes[1] = 48 + n), bytes.subarray(1, 2)), String],
    ['a DataView', (n) => ((bytes[1] = 48 + n), new DataView(bytes.buffer, 1)), (n) => `${n}\0`],
    ['parameters', (n) => (params.set('n', String(n)), params), (n) => `n=${n}`],
    ['a form', (n) => (form.set('n', new File([`order ${n}`], `${n}.txt`)), form), (n) => `order ${n}`],
  ];
  it.each(BODIES)('arguments-reused: %s is three bodies', async (_, body, expected) => {
    const sent = await sentByThree(({ client, url }, n) => client(url, { method: 'POST', body: body(n) }));
    expect(sent).toHaveLength(2);
    for (const run of sent) {
      // A form has another boundary each time it is sent.
      for (const n of [1, 2, 3]) expect(run.some((line) => line.includes(String(expected(n))))).toBe(true);
      expect(new Set(run.map((line) => /order \d|\d\0?$|n=\d/.exec(line)?.[0])).size).toBe(3);
    }
  });

  it('arguments-reused: headers of each kind are three headers', async () => {
    const headers = new Headers();
    const pairs: [string, string][] = [['x-n', '']];
    for (const set of [
      (n: number): HeadersInit => (headers.set('x-n', String(n)), headers),
      (n: number): HeadersInit => ((pairs[0] = ['x-n', String(n)]), pairs),
    ]) {
      const sent = await sentByThree(({ client, url }, n) => client(url, { headers: set(n) }));
      expect(sent).toEqual(thrice((n) => `GET /api/echo ${n} `));
    }
  });

  it('arguments-reused: a Request is what it was, its headers and its body', async () => {
    let request: Request | undefined;
    const sent = await sentByThree(async ({ client, url }, n) => {
      if (n === 1) request = new Request(url, { method: 'POST', body: 'mine' });
      request?.headers.set('x-n', String(n));
      return await client(request ?? url);
    });
    expect(sent).toEqual(thrice((n) => `POST /api/echo ${n} mine`));

    for (const options of [{}, { replay: false }]) {
      const { world, client, url, served } = await held();
      const own = new Request(url, { method: 'POST', body: 'mine' });
      const answer = client(own, { session: options });
      await own.text();
      await served();
      expect((await answer).status).toBe(200);
      expect(world.sends.map(({ bytes: arrived }) => text(arrived))).toEqual(['mine']);
    }
  });

  it('arguments-reused: `session` and `signal` too', async () => {
    const { world, client, url, served } = await held();
    const controller = new AbortController();
    const init: Parameters<GuardedFetch>[1] = { signal: controller.signal, session: { tag: 'first' } };
    const tags: unknown[] = [];
    world.session.on('released', ({ tag }) => tags.push(tag));
    const answer = failureOf(client(url, init));
    Object.assign(init, { signal: null, session: { tag: 'second' } });
    const other = client(url, init);
    controller.abort(new Error('left'));
    expect(await answer).toMatchObject({ message: 'left' });
    await served();
    expect((await other).status).toBe(200);
    expect(tags).toContain('second');
  });

  it('is checked as it is sent: no token for what it is changed to, or says the second time', async () => {
    const [home, foreign] = await Promise.all([createWorld(), createWorld()]);
    const client = guardFetch(home.session, { origins: [home.origin] });
    const gate = home.hold('/auth/refresh');
    home.expire();
    const moving = new URL(`${home.origin}/api/echo`);
    let asked = 0;
    const wavering = { toString: () => `${asked++ === 0 ? home.origin : foreign.origin}/api/echo` };
    const answers = [client(moving), client(wavering as unknown as URL)];
    moving.port = new URL(foreign.origin).port;
    await gate.waiting(1);
    gate.open();
    for (const answer of await Promise.all(answers)) expect(answer.status).toBe(200);
    expect(home.sends).toHaveLength(2);
    expect(foreign.sends).toHaveLength(0);
  });
});

describe('what fetch reads of an init', () => {
  it('is read once, whatever getters it has', async () => {
    const { world, client, url } = await rejected();
    let reads = 0;
    const init = {
      method: 'POST',
      get body() {
        return `read ${++reads}`;
      },
    };
    expect((await client(url, init)).status).toBe(200);
    expect(world.sends.map(({ bytes }) => text(bytes))).toEqual(['read 1', 'read 1']);
  });

  it('may be inherited', async () => {
    const { world, client, url } = await rejected();
    class Put {
      get method(): string {
        return 'PUT';
      }
      get body(): string {
        return 'mine';
      }
    }
    expect((await client(url, new Put())).status).toBe(200);
    expect(world.sends.map(({ method, bytes: sent }) => `${method} ${text(sent)}`)).toEqual([
      'PUT mine',
      'PUT mine',
    ]);
  });

  it('may have headers that can be read only once', async () => {
    const { world, client, url } = await rejected();
    const headers = (): HeadersInit => new Map([['x-n', '1']]).entries() as never;
    expect((await client(url, { headers: headers() })).status).toBe(200);
    expect((await client(url, { headers: headers(), session: { skip: true } })).status).toBe(401);
    expect(world.sends.map((sent) => sent.headers['x-n'])).toEqual(['1', '1', '1']);
  });

  it('is a URL, of whatever class, that can be cloned but is no Request', async () => {
    const { world, client, url } = await rejected();
    const own = { clone: () => own, toString: () => url };
    expect((await client(own as never)).status).toBe(200);
    expect(world.sends).toHaveLength(2);
  });

  it('is left to the platform where it is wrong', async () => {
    const { client, url } = await rejected();
    expect(await failureOf(client(url, { headers: 7 as never }))).toBeInstanceOf(TypeError);
    expect(await failureOf(client(url, { headers: { 'a b': 'c' } }))).toBeInstanceOf(TypeError);
  });

  it('may be a Request that is used up, with a body in its place', async () => {
    for (const session of [{}, { replay: false }]) {
      const { world, client, url, served } = await held();
      const request = new Request(url, { method: 'POST', body: 'mine' });
      await request.text();
      const answers = [client(request, { body: 'theirs', session }), failureOf(client(request, { session }))];
      await served();
      const [answer, failure] = await Promise.all(answers);
      expect(answer).toMatchObject({ status: 200 });
      expect(failure).toBeInstanceOf(TypeError);
      expect(world.sends.map(({ bytes }) => text(bytes))).toEqual(['theirs']);
    }
  });

  it('goes out as it is where no tokens go along', async () => {
    const sent: unknown[][] = [];
    const world = await createWorld();
    const client = guardFetch(world.session, {
      origins: [world.origin],
      fetch: (...call) => (sent.push(call), Promise.resolve(new Response())),
    });
    const url = new URL('https://elsewhere.test/');
    const init = { headers: new Headers() };
    await client(url, init);
    expect(sent[0]?.[0]).toBe(url);
    expect(sent[0]?.[1]).toBe(init);
  });

  it('may be a form of a class that is made of something else', async () => {
    const { world, client, url } = await rejected();
    class Page extends FormData {
      constructor(page: { n: string }) {
        super();
        this.set('page', page.n);
      }
    }
    expect((await client(url, { method: 'POST', body: new Page({ n: 'two' }) })).status).toBe(200);
    expect(world.sends.map(({ bytes }) => text(bytes).match(/two/g)?.length)).toEqual([1, 1]);
  });

  it('may be a form that cannot be read', async () => {
    const world = await createWorld();
    const bodies: unknown[] = [];
    const client = guardFetch(world.session, {
      origins: [world.origin],
      fetch: (_, init) => (bodies.push(init?.body), Promise.resolve(new Response())),
    });
    // That of React Native.
    const form = { _parts: [['a', '1']], [Symbol.toStringTag]: 'FormData' };
    await client(`${world.origin}/x`, { method: 'POST', body: form as never });
    expect(bodies).toEqual([form]);
  });
});
