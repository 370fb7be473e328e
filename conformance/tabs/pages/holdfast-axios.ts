import axios from 'axios';
import { guardAxios } from 'holdfast/axios';
import { openSession } from '../holdfast-session.js';

const session = openSession();
const api = axios.create({ baseURL: '/' });
guardAxios(api, session);

window.tab = {
  signIn: (tokens) => session.signIn(tokens),
  request: (path) =>
    api.get(path).then(
      ({ status }) => status,
      () => 0,
    ),
};
