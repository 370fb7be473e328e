import { setTimeout as pause } from 'node:timers/promises';
import type { Subject } from '../contract.js';
import { subject as axiosSubject } from '../subjects/holdfast-axios.js';

/**
 * Holdfast, set up so that one thing is wrong. These are for cases about what an app does with a library, and for those
 * whose rule stands in no single line: they stay as they are, however the engine is written.
 */
export const spoiled: Readonly<Record<string, Subject>> = {
  'token-over-everything': around(axiosSubject, async (setting) => {
    const client = await axiosSubject.create(setting);
    client.axios?.interceptors.request.use(async (config) => {
      config.headers.set('Authorization', `Bearer ${(await client.tokens())?.accessToken}`);
      return config;
    });
    return client;
  }),

  'tries-ten-times': around(axiosSubject, (setting) =>
    axiosSubject.create({
      ...setting,
      async refresh(...given) {
        for (let left = 9; left > 0; left -= 1) await setting.refresh(...given).catch(() => pause(1));
        return await setting.refresh(...given);
      },
    }),
  ),
};

function around(subject: Subject, create: Subject['create']): Subject {
  return { ...subject, create };
}
