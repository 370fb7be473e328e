import supertokens from 'supertokens-website';
import { SIGN_IN_PATH, supertokensBackend } from '../../subjects/support/supertokens-backend.js';

window.fetch = supertokensBackend(() => location.origin, window.fetch.bind(window));
supertokens.init({ apiDomain: location.origin, tokenTransferMethod: 'header' });

window.tab = {
  async signIn(tokens) {
    await fetch(location.origin + SIGN_IN_PATH, { method: 'POST', body: JSON.stringify(tokens) });
  },
  request: (path) =>
    fetch(location.origin + path).then(
      ({ status }) => status,
      () => 0,
    ),
};
