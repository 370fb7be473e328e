import axios from 'axios';
import supertokens from 'supertokens-website';
import type { Subject } from '../contract.js';
import { clientOfAxios } from './support/axios-client.js';
import { clientOfFetch } from './support/fetch-client.js';
import { openPage } from './support/page.js';
import { SIGN_IN_PATH, supertokensBackend } from './support/supertokens-backend.js';

let url = '';
let isPatched = false;

export const subject: Subject = {
  about:
    '`init()` with `tokenTransferMethod: header` and one retry (`maxRetryAttemptsForSessionRefresh`), in a page with cookies and storage; what its own backend would put into headers is put there before our server. It has one session a page.',
  package: 'supertokens-website',
  features: [
    'rejection',
    'attach',
    'origins',
    'shared-refresh',
    'reads-tokens',
    'keeps-tokens',
    'sign-out',
    'anonymous',
    'ended-event',
    'several-clients',
    'signal',
    'abort-signal',
    'http',
    'fetch',
  ],
  create(setting) {
    url = setting.url;
    const page = openPage(url);
    if (!isPatched) globalThis.fetch = supertokensBackend(() => url, globalThis.fetch);
    isPatched = true;

    supertokens.default.init({
      apiDomain: url,
      tokenTransferMethod: 'header',
      maxRetryAttemptsForSessionRefresh: 1,
      onHandleEvent(event) {
        if (event.action === 'UNAUTHORISED' && event.sessionExpiredOrRevoked) setting.ended();
      },
      // There is no XMLHttpRequest in Node.
      override: { functions: (original) => ({ ...original, addXMLHttpRequestInterceptor: () => {} }) },
    });

    return {
      ...clientOfFetch(url, (input, init) => fetch(input, init)),
      another() {
        // Whatever sends by the page’s `fetch` is under the same session.
        return clientOfAxios(axios.create({ baseURL: url, adapter: 'fetch' })).request;
      },
      async signIn(tokens) {
        await fetch(url + SIGN_IN_PATH, { method: 'POST', body: JSON.stringify(tokens) });
      },
      signOut: () => supertokens.default.signOut(),
      tokens() {
        const accessToken = page.cookie('st-access-token');
        return accessToken === undefined ? null : { accessToken };
      },
    };
  },
};
