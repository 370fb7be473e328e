import type { ConformanceCase } from '../case.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'An app signs in with tokens out of a reactive store, a Proxy, and the library keeps them in a store that outlives the page. The token dies and is refreshed; then the page is loaded again.',
  why: 'Vue, Pinia and MobX hand out proxies, which the structured clone of IndexedDB refuses (HTML Standard, StructuredSerialize). Tokens that were not kept are a login that ends at every reload, and says nothing.',
  right: 'Served after one refresh, and signed in after the reload, without another one.',
  needs: ['kept'],
  async run(stage) {
    const page = await stage.start({ as: null, kept: 'page' });
    await page.signIn(reactive(await stage.server.signIn('ada')));
    await stage.expire();
    const before = await stage.outcomeOf(page.request(stage.path('before')));
    await stage.expect({ outcomes: [before], refreshes: 1 });
    await page.close?.();

    const reloaded = await stage.start({ as: null, kept: 'page' });
    const after = await stage.outcomeOf(reloaded.request(stage.path('after')));
    await stage.expect({ outcomes: [after], refreshes: 1 });
  },
};

/** As Vue makes it: what is read of it that is an object is a proxy, too. */
function reactive<Value extends object>(value: Value): Value {
  return new Proxy(value, {
    get(target, name, receiver) {
      const found: unknown = Reflect.get(target, name, receiver);
      return typeof found === 'object' && found !== null ? reactive(found) : found;
    },
  });
}
