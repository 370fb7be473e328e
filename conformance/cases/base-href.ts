import type { ConformanceCase } from '../case.js';
import { isServed } from '../stage/outcomes.js';
import { withForeignBase } from './support/foreign-base.js';
import { carriesAny } from './support/leaks.js';
import { ensureReachable, withLoopbackNames } from './support/loopback-names.js';

const HOST = 'base.example.test';

export const conformanceCase: ConformanceCase = {
  checks:
    'A page has a `<base href>` on another host, put there by an injection or for its images, and a request goes to a relative URL. Another goes to the whole URL of the API.',
  why: 'The platform resolves a relative URL against the base (HTML Standard, document base URL), so it goes to the other host. Whoever takes everything relative for home sends the token along.',
  right: 'No token arrives at the other host; the API is served as ever.',
  needs: ['origins', 'http', ['axios', 'fetch']],
  run: (stage) =>
    withLoopbackNames(async () => {
      const { server } = stage;
      const { port } = new URL(await server.openElsewhere());
      await ensureReachable(HOST, port);
      await withForeignBase(server.url, `http://${HOST}:${port}/`, async () => {
        const { request, axios, fetch } = await stage.start();
        if (axios) Object.assign(axios.defaults, { adapter: 'fetch', baseURL: '/api' });
        const relative = async () => {
          const reply = await (axios ? axios.get('/echo') : fetch?.('/api/echo'));
          return { status: reply?.status ?? 0, body: null };
        };
        const outcome = await stage.outcomeOf(relative());
        const arrivals = await server.seenElsewhere();
        if (!isServed(outcome) || arrivals.length === 0) stage.fail('a relative URL does not go to the base');
        const tokens = await server.tokensIssued();
        if (arrivals.some((arrival) => carriesAny(arrival, tokens))) stage.fail('the token goes to the base');
        const whole = await stage.outcomeOf(request(server.url + stage.path()));
        await stage.expect({ outcomes: [whole], refreshes: 0 });
      });
    }),
};
