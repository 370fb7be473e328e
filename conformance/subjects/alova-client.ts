import { createClientTokenAuthentication } from 'alova/client';
import type { Subject } from '../contract.js';
import { clientOfAlova, FEATURES_OF_ALOVA } from './support/alova.js';

export const subject: Subject = {
  about:
    '`createClientTokenAuthentication()` over `alova/fetch` with `refreshToken` and `assignToken`: it judges by the clock alone. Its cache and its sharing of equal requests are off, and requests made while nobody is signed in are marked as a visitor’s.',
  package: 'alova',
  features: ['expiry', ...FEATURES_OF_ALOVA],
  create: (setting) =>
    clientOfAlova(setting, ({ app, assignToken, refresh }) =>
      createClientTokenAuthentication({
        assignToken,
        refreshToken: { isExpired: () => app.isExpired(), handler: refresh },
      }),
    ),
};
