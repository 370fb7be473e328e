import axios from 'axios';
import { bearer, createSession } from 'holdfast';
import { guardAxios } from 'holdfast/axios';

const session = createSession<{ accessToken: string }>({ refresh: () => ({ accessToken: 'next' }) });
const api = axios.create({ baseURL: 'https://api.example.com' });

export const unguard: () => void = guardAxios(api, session, { attach: bearer() });

export const reports = api.get<string[]>('/reports', { session: { background: true } });

// @ts-expect-error the options of a request are typed, so a misspelling is found while it is written
export const misspelt = api.get('/reports', { session: { backgruond: true } });
