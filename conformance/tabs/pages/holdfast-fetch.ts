import { guardFetch } from 'holdfast/fetch';
import { openSession } from '../holdfast-session.js';

const session = openSession();
const api = guardFetch(session);

window.tab = {
  signIn: (tokens) => session.signIn(tokens),
  request: (path) =>
    api(path).then(
      ({ status }) => status,
      () => 0,
    ),
};
