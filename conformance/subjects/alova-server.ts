import { createServerTokenAuthentication } from 'alova/client';
import type { Subject } from '../contract.js';
import { clientOfAlova, FEATURES_OF_ALOVA } from './support/alova.js';
import { isRejection } from './support/is-rejection.js';
import { parsed } from './support/fetch-client.js';

export const subject: Subject = {
  about:
    '`createServerTokenAuthentication()` over `alova/fetch` with `refreshTokenOnSuccess` and `assignToken`. Its cache and its sharing of equal requests are off, and requests made while nobody is signed in are marked as a visitor’s.',
  package: 'alova',
  features: ['rejection', 'statuses', 'codes', ...FEATURES_OF_ALOVA],
  create: (setting) =>
    clientOfAlova(setting, ({ assignToken, refresh }) =>
      createServerTokenAuthentication({
        assignToken,
        refreshTokenOnSuccess: {
          async isExpired(response) {
            const body = setting.judge.by === 'status' ? undefined : parsed(await response.clone().text());
            return isRejection(setting.judge, { status: response.status, body });
          },
          handler: refresh,
        },
      }),
    ),
};
