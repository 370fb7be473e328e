import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { guardFetch, type GuardFetchOptions } from '../../src/clients/fetch.js';
import { bearer, createSession, header, query, type Attach } from '../../src/index.js';
import { signedIn } from './support/guarded.js';
import { failureOf } from './support/subjects.js';

type Tokens = { accessToken: string };

const SECRET = 'secret-token';
const ORIGIN = 'https://api.example.com';

async function failure(
  accessToken: string,
  options: GuardFetchOptions<Tokens>,
  url = `${ORIGIN}/x`,
): Promise<unknown> {
  return failureOf(guardFetch(await signedIn(accessToken), { origins: [ORIGIN], ...options })(url));
}

function printed(error: unknown): string {
  const { message, stack } = error as Error;
  return [inspect(error, { depth: 9, showHidden: true }), message, stack].join('\n');
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('token-in-error: what a platform refuses', () => {
  const BROKEN = ['\n', '\r\nX-Admin: yes', '\0', '你好', '\x7f'].map((end) => `${SECRET}${end}.`);
  const ATTACHED: [string, Attach<Tokens>][] = [
    ['bearer', bearer()],
    ['header', header('X-Token')],
    ['a function of one’s own', ({ accessToken }) => ({ headers: { 'X-Token': accessToken } })],
  ];
  it.each(ATTACHED)('is refused without its name: %s', async (_, attach) => {
    for (const token of BROKEN) {
      const error = await failure(token, { attach });
      expect(error).toMatchObject({ code: 'invalid-option', option: 'attach' });
      expect(printed(error).includes(SECRET)).toBe(false);
    }
  });

  it('is not what Headers would trim', async () => {
    const sent: unknown[] = [];
    const session = createSession<Tokens>({ refresh: (tokens) => tokens });
    await session.signIn({ accessToken: `\t${SECRET} \r\n` });
    const send = guardFetch(session, {
      origins: [ORIGIN],
      fetch: (input, init) => {
        sent.push(new Request(input, init).headers.get('authorization') === `Bearer ${SECRET}`);
        return Promise.resolve(new Response());
      },
    });
    await send(`${ORIGIN}/x`);
    expect(sent).toEqual([true]);
  });

  it('is a relative URL, where something pretends to be a page', async () => {
    vi.stubGlobal('document', { baseURI: `${ORIGIN}/app/` });
    vi.stubGlobal('location', { href: `${ORIGIN}/app/` });
    const attach = query<Tokens>(({ accessToken }) => ({ token: accessToken }));
    for (const token of [SECRET, 'secret token+&=/']) {
      const error = await failure(token, { attach }, '/x');
      expect(error).toBeInstanceOf(TypeError);
      expect(printed(error)).toContain('/x?token=…');
      expect(/secret/.test(printed(error))).toBe(false);
    }
  });

  it('is thrown by a fetch of one’s own, at once or later', async () => {
    const broken = (input: unknown, init?: RequestInit): Error =>
      new Error(`cannot send ${String(input)} ${JSON.stringify(init)}`, { cause: JSON.stringify(init) });
    const sends: (typeof fetch)[] = [
      (...call) => Promise.reject(broken(...call)),
      (...call) => {
        throw broken(...call);
      },
    ];
    for (const send of sends)
      expect(printed(await failure(SECRET, { fetch: send })).includes(SECRET)).toBe(false);
  });

  it('is the caller’s own reason, which stays as it is', async () => {
    const session = createSession<Tokens>({ refresh: (tokens) => tokens });
    await session.signIn({ accessToken: SECRET });
    const reason = new Error(`about ${SECRET}`);
    const { signal } = Object.assign(new AbortController(), {});
    Object.defineProperty(signal, 'reason', { value: reason });
    const send = guardFetch(session, { origins: [ORIGIN], fetch: () => Promise.reject(reason) });
    expect(await failureOf(send(`${ORIGIN}/x`, { signal }))).toBe(reason);
    expect(reason.message).toBe(`about ${SECRET}`);
  });
});
