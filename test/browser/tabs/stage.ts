import type { AuthServerTokens } from '../../../src/testing/index.js';
import type { Ability, Engine, Tab } from '../engines/engine.js';
import type { Hooks } from './page/hooks.js';
import { toSearch, type PageOptions } from './page/options.js';
import type { ScopeName } from './page/scopes.js';
import type { Site } from './site.js';

/** One thing that has to hold across the tabs of an origin. */
export type Case = {
  /** As in the table that is printed. */
  readonly name: string;
  /** What has to hold, as the test's name. */
  readonly about: string;
  readonly needs?: readonly Ability[];
  /** Refresh tokens that came twice, where that is the case's own doing. */
  readonly reuseAlarms?: number;
  run(stage: Stage): Promise<void>;
};

/** What a case stands on: a browser, and an origin of its own. */
export interface Stage {
  readonly site: Site;
  readonly engine: Engine;
  /** Ready: its session has read the store. */
  open(options?: Partial<PageOptions>, where?: Where): Promise<Page>;
  openMany(count: number, options?: Partial<PageOptions>, where?: Where): Promise<Page[]>;
  /** Tokens of ada's (or another's) that are dead on arrival, by the clock of both sides; later ones live a minute. */
  deadTokens(username?: string): AuthServerTokens;
  liveTokens(username?: string): AuthServerTokens;
}

/** `plain-http`: under a name that is no secure context. */
export type Where = 'loopback' | 'plain-http' | 'private-window';

type Caller = <Name extends keyof Hooks>(
  name: Name,
  ...args: Parameters<Hooks[Name]>
) => Promise<Awaited<ReturnType<Hooks[Name]>>>;

/** A tab with the page of the tests in it. */
export interface Page {
  readonly tab: Tab;
  readonly name: string;
  readonly call: Caller;
  /** Runs the library there too, and calls it. */
  scope(name: ScopeName): Promise<Caller>;
  /** The same page in another tab. */
  duplicate(): Promise<Page>;
  close(): Promise<void>;
  crash(): Promise<void>;
  reload(): Promise<void>;
}

export interface OpenStage extends Stage {
  /** What the session of each open page has told: for a failure that may not come again. */
  accounts(): Promise<string>;
  /** Closes every tab. @throws when a page had errors of its own */
  leave(): Promise<void>;
}

const LIFETIME_MS = 60_000;

export function setStage(engine: Engine, site: Site): OpenStage {
  const pages = new Set<Page>();
  let opened = 0;

  function signIn(username: string, accessLifetimeMs: number): AuthServerTokens {
    site.auth.settings.accessLifetimeMs = accessLifetimeMs;
    const tokens = site.auth.signIn(username);
    site.auth.settings.accessLifetimeMs = LIFETIME_MS;
    // What is left of a millisecond may be nothing by the time it is told, and nothing is no lifetime to go by.
    return { ...tokens, expiresIn: accessLifetimeMs / 1000 };
  }

  async function open(options: Partial<PageOptions> = {}, where: Where = 'loopback'): Promise<Page> {
    const name = `tab ${++opened}`;
    const url = `${originOf(where)}/${toSearch({ tab: name, ...options })}`;
    const page = pageOf(
      await (where === 'private-window' ? engine.openPrivate(url) : engine.open(url)),
      name,
    );
    await page.call('ready');
    return page;
  }

  function originOf(where: Where): string {
    return where === 'plain-http' ? site.origin.replace('127.0.0.1', 'holdfast.test') : site.origin;
  }

  function pageOf(tab: Tab, name: string): Page {
    const caller =
      (where: 'page' | ScopeName): Caller =>
      (hook, ...args) =>
        tab.evaluate(`holdfastTab.call(${[where, hook, args].map((part) => JSON.stringify(part)).join()})`);

    const page: Page = {
      tab,
      name,
      call: caller('page'),
      async scope(scopeName) {
        await tab.evaluate(`holdfastTab.open(${JSON.stringify(scopeName)})`);
        return caller(scopeName);
      },
      duplicate: async () => pageOf(await tab.duplicate(), `${name}, duplicated`),
      async close() {
        pages.delete(page);
        await tab.close();
      },
      async crash() {
        pages.delete(page);
        await tab.crash();
      },
      async reload() {
        await tab.reload();
        await page.call('ready');
      },
    };
    pages.add(page);
    return page;
  }

  return {
    site,
    engine,
    open,
    openMany: (count, options, where) =>
      Promise.all(Array.from({ length: count }, () => open(options, where))),
    deadTokens: (username = 'ada') => signIn(username, 1),
    liveTokens: (username = 'ada') => signIn(username, LIFETIME_MS),
    async accounts() {
      const all = [...pages].map(async ({ name, call }) => {
        // A page that is gone, or has not loaded, has none.
        const lines = await call('account').catch((error: unknown) => [String(error)]);
        return [`${name}:`, ...lines].join('\n  ');
      });
      return (await Promise.all(all)).join('\n');
    },
    async leave() {
      const complaints: string[] = [];
      for (const { tab } of pages)
        complaints.push(...(await tab.evaluate<string[]>('window.holdfastTab?.complaints ?? []')));
      await Promise.all([...pages].map((page) => page.close()));
      if (complaints.length > 0) throw new Error(`pages complained: ${complaints.join('; ')}`);
    },
  };
}
