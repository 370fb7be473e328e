import type { ConformanceCase } from '../case.js';
import type { Arrival } from '../server/arrivals.js';
import { contentsOf } from './support/contents.js';
import { killToken, startLongSession } from './support/long-session.js';

type Send = typeof globalThis.fetch;

/** Arguments that a caller goes on using: `say` changes what they say, `call` passes them to `fetch`. */
type Reused = { readonly say: (order: number) => void; readonly call: (fetch: Send) => Promise<Response> };

const KINDS: readonly { readonly what: string; readonly make: (url: string) => Reused }[] = [
  {
    what: 'a URL object',
    make(path) {
      const url = new URL(path);
      return { say: (order) => url.searchParams.set('says', String(order)), call: (fetch) => fetch(url) };
    },
  },
  {
    what: 'an init',
    make(url) {
      const init: RequestInit = { method: 'POST' };
      return { say: (order) => void (init.body = `says=${order}`), call: (fetch) => fetch(url, init) };
    },
  },
  {
    what: 'a Headers object',
    make(url) {
      const headers = new Headers();
      return {
        say: (order) => headers.set('x-order', `says=${order}`),
        call: (fetch) => fetch(url, { headers }),
      };
    },
  },
  {
    what: 'a buffer',
    make(url) {
      const body = new TextEncoder().encode('says=0');
      return {
        say: (order) => body.set(new TextEncoder().encode(`says=${order}`)),
        call: (fetch) => fetch(url, { method: 'POST', body }),
      };
    },
  },
  {
    what: 'URLSearchParams',
    make(url) {
      const body = new URLSearchParams();
      return {
        say: (order) => body.set('says', String(order)),
        call: (fetch) => fetch(url, { method: 'POST', body }),
      };
    },
  },
];

export const conformanceCase: ConformanceCase = {
  checks:
    'A caller uses one URL object, one init, one Headers object, one buffer and one URLSearchParams for three calls in a row, and another time changes them right after a call that is rejected and sent again.',
  why: 'What `fetch` reads of its arguments it reads when it is called (WHATWG Fetch, section 5.6), so callers use them again. Whoever reads them later sends the last order three times, or sends one again as another.',
  right: 'Each call, and each replay, says what its arguments said at the call.',
  needs: ['rejection', 'fetch'],
  async run(stage) {
    const { fetch } = await startLongSession(stage);
    if (!fetch) return stage.fail('has no fetch');
    const answered = async (call: Promise<Response>) => ({ status: (await call).status, body: null });

    for (const [index, { what, make }] of KINDS.entries()) {
      const row = stage.path(`row=${index}`);
      const inARow = make(stage.server.url + row);
      const calls = [1, 2, 3].map((order) => {
        inARow.say(order);
        return inARow.call(fetch);
      });
      await stage.expect({ outcomes: await stage.settle(calls.map(answered)) });
      const sent = (await sendsTo(row)).map(saysOf).sort().join();
      if (sent !== '1,2,3') stage.fail(`${what}: three calls are sent as ${sent}`);

      await killToken(stage);
      const again = stage.path(`again=${index}`);
      const changed = make(stage.server.url + again);
      changed.say(1);
      const call = changed.call(fetch);
      changed.say(2);
      await stage.expect({ outcomes: [await stage.outcomeOf(answered(call))] });
      const told = (await sendsTo(again)).map(saysOf).join();
      if (told !== '1,1') stage.fail(`${what}: a call and its replay are sent as ${told}`);
    }

    async function sendsTo(path: string): Promise<Arrival[]> {
      return (await stage.server.seen()).sends.filter(({ url }) => url.startsWith(path));
    }
  },
};

/** Wherever a request says it. */
function saysOf(arrival: Arrival): string {
  const text = [arrival.url, arrival.headers['x-order'], contentsOf(arrival)].join('\n');
  return /says=(\d)/.exec(text)?.[1] ?? 'nothing';
}
