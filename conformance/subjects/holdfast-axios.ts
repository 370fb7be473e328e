import axios, { type AxiosInstance } from 'axios';
import { guardAxios } from 'holdfast/axios';
import type { Subject } from '../contract.js';
import { clientOfAxios } from './support/axios-client.js';
import { FEATURES_OF_HOLDFAST, clientOptionsFor, sessionFor } from './support/holdfast.js';

export const subject: Subject = {
  about: '`guardAxios()` over a session, on an instance with a `baseURL`.',
  package: 'holdfast',
  features: [...FEATURES_OF_HOLDFAST, 'clean-config', 'axios', 'timeout'],
  async create(setting) {
    const session = await sessionFor(setting, async (url, { body }) => {
      const { data } = await guarded.post<unknown>(url, body, {
        headers: { 'content-type': 'application/json' },
      });
      return Response.json(data);
    });
    function make(): AxiosInstance {
      const instance = axios.create({ baseURL: setting.url });
      guardAxios(instance, session.session, clientOptionsFor(setting));
      return instance;
    }
    const guarded = make();
    return {
      ...session.client,
      ...clientOfAxios(guarded),
      another: () => clientOfAxios(make()).request,
    };
  },
};
