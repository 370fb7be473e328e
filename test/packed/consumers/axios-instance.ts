import axios from 'axios';
import { createSession } from 'holdfast';
import { guardAxios } from 'holdfast/axios';

const session = createSession<{ accessToken: string }>({ refresh: () => ({ accessToken: 'next' }) });

export const unguard: () => void = guardAxios(axios.create(), session, {
  skip: ({ url }) => url === '/login',
});

guardAxios(axios, session);
