import { guardFetch } from 'holdfast/fetch';
import type { Subject } from '../contract.js';
import { clientOfFetch } from './support/fetch-client.js';
import { FEATURES_OF_HOLDFAST, clientOptionsFor, sessionFor } from './support/holdfast.js';

export const subject: Subject = {
  about: '`guardFetch()` over a session, with the origin of the API listed.',
  package: 'holdfast',
  features: [...FEATURES_OF_HOLDFAST, 'fetch'],
  async create(setting) {
    const session = await sessionFor(setting, (url, init) => guarded(url, init));
    const make = (): typeof fetch =>
      guardFetch(session.session, { origins: [setting.url], ...clientOptionsFor(setting) });
    const guarded = make();
    return {
      ...session.client,
      ...clientOfFetch(setting.url, guarded),
      another: () => clientOfFetch(setting.url, make()).request,
    };
  },
};
