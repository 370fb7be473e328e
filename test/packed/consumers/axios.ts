import axios from 'axios';
import { bearer, createSession } from 'holdfast';
import { guardAxios, type GuardAxiosOptions } from 'holdfast/axios';

const session = createSession<{ accessToken: string }>({ refresh: () => ({ accessToken: 'next' }) });
const api = axios.create({ baseURL: 'https://api.example.com' });

export const unguard: () => void = guardAxios(api, session, { attach: bearer() });

// What a request is called is taken from the copy of axios that is guarded.
export const skipping: () => void = guardAxios(axios, session, {
  skip: ({ url = '', timeout }) => url.startsWith('/login') && timeout !== 0,
});

// Options that are written apart know what all versions have in common.
const options: GuardAxiosOptions<{ accessToken: string }> = { skip: ({ url }) => url === '/login' };
guardAxios(api, session, options);

// @ts-expect-error not every object is an instance
export const refused = (): unknown => guardAxios({ get: () => {} }, session);

export const reports = api.get<string[]>('/reports', { session: { background: true } });

// @ts-expect-error the options of a request are typed, so a misspelling is found while it is written
export const misspelt = api.get('/reports', { session: { backgruond: true } });
