import { setTimeout as pause } from 'node:timers/promises';
import type { Subject } from '../contract.js';
import { subject as axiosSubject } from '../subjects/holdfast-axios.js';
import { subject as fetchSubject } from '../subjects/holdfast-fetch.js';

/**
 * Holdfast, set up so that one thing is wrong. These are for cases about what an app does with a library, and for those
 * whose rule stands in no single line: they stay as they are, however the engine is written.
 */
export const spoiled: Readonly<Record<string, Subject>> = {
  'late-arguments': around(fetchSubject, async (setting) => {
    const client = await fetchSubject.create(setting);
    const { fetch = globalThis.fetch } = client;
    return {
      ...client,
      fetch: async (input, init) => {
        await Promise.resolve();
        return await fetch(input, init);
      },
    };
  }),

  'five-refreshes': around(axiosSubject, (setting) => {
    let left = 5;
    return axiosSubject.create({
      ...setting,
      async refresh(...given) {
        if ((left -= 1) < 0) throw new TypeError('there were too many');
        return await setting.refresh(...given);
      },
    });
  }),

  'fresh-from-the-sign-in': around(axiosSubject, async (setting) => {
    const client = await axiosSubject.create(setting);
    // An opaque token with a lifetime: what the library cannot see it has to count from now.
    return { ...client, signIn: (tokens) => client.signIn({ ...tokens, accessToken: 'opaque' }) };
  }),

  'keeps-the-date': around(axiosSubject, (setting) => {
    const { refresh } = setting;
    return axiosSubject.create({
      ...setting,
      refresh: async (tokens, ...more) => ({
        ...tokens,
        ...(await refresh(tokens, ...more)),
        ...('expiresAt' in tokens && { expiresAt: tokens.expiresAt }),
      }),
    });
  }),

  'frozen-tokens': around(axiosSubject, (setting) =>
    axiosSubject.create({
      ...setting,
      refresh: (tokens, ...more) => setting.refresh(Object.freeze({ ...tokens }), ...more),
    }),
  ),

  'forgets-at-reload': around(axiosSubject, (setting) =>
    axiosSubject.create({ ...setting, kept: undefined }),
  ),

  'holds-the-login': around(axiosSubject, async (setting) => {
    const { relogin } = setting;
    let question: Promise<unknown> = Promise.resolve();
    const client = await axiosSubject.create({
      ...setting,
      relogin: relogin && (() => (question = relogin())),
    });
    return {
      ...client,
      async request(...given) {
        await question;
        return await client.request(...given);
      },
    };
  }),

  'another-login': around(axiosSubject, async (setting) => {
    const client = await axiosSubject.create(setting);
    return {
      ...client,
      async signIn(tokens) {
        await client.signOut?.();
        await client.signIn(tokens);
      },
    };
  }),

  'one-failure-for-ever': around(axiosSubject, (setting) => {
    let failed: Promise<never> | undefined;
    return axiosSubject.create({
      ...setting,
      refresh(...given) {
        if (failed) return failed;
        const answer = setting.refresh(...given);
        answer.catch(() => (failed = answer as Promise<never>));
        return answer;
      },
    });
  }),

  'replays-after-a-failure': around(axiosSubject, async (setting) => {
    const client = await axiosSubject.create(setting);
    return {
      ...client,
      request: (...given) => client.request(...given).catch(() => client.request(...given)),
    };
  }),

  'token-in-the-config': around(axiosSubject, async (setting) => {
    const client = await axiosSubject.create(setting);
    client.axios?.interceptors.request.use(async (config) => {
      config.headers.set('x-sent-with', (await client.tokens())?.accessToken);
      return config;
    });
    return client;
  }),

  'header-by-hand': around(axiosSubject, async (setting) => {
    const client = await axiosSubject.create(setting);
    client.axios?.interceptors.request.use(async (config) => {
      config.headers.set('x-access', (await client.tokens())?.accessToken);
      return config;
    });
    return client;
  }),

  'token-over-everything': around(axiosSubject, async (setting) => {
    const client = await axiosSubject.create(setting);
    client.axios?.interceptors.request.use(async (config) => {
      config.headers.set('Authorization', `Bearer ${(await client.tokens())?.accessToken}`);
      return config;
    });
    return client;
  }),

  'sends-when-signed-out': around(axiosSubject, (setting) =>
    axiosSubject.create({ ...setting, whenSignedOut: 'send' }),
  ),

  'keeps-no-stream': around(axiosSubject, (setting) => axiosSubject.create({ ...setting, bufferBytes: 0 })),

  'tries-ten-times': around(axiosSubject, (setting) =>
    axiosSubject.create({
      ...setting,
      async refresh(...given) {
        for (let left = 9; left > 0; left -= 1) await setting.refresh(...given).catch(() => pause(1));
        return await setting.refresh(...given);
      },
    }),
  ),

  'drops-a-rejection': around(axiosSubject, (setting) =>
    axiosSubject.create({
      ...setting,
      refresh(...given) {
        const answer = setting.refresh(...given);
        void answer.finally(() => {});
        return answer;
      },
    }),
  ),
};

function around(subject: Subject, create: Subject['create']): Subject {
  return { ...subject, create };
}
