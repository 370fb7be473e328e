import axios, { isAxiosError, type AxiosResponse } from 'axios';
import { bearer, envelope, isHoldfastError, query } from 'holdfast';
import { guardAxios } from 'holdfast/axios';
import { session, type Envelope, type Tokens } from './session.js';
import { switches } from './switches.js';
import { recordRequests } from './timeline/record.js';

/** What a caller gets when something did not work. */
export interface Failure {
  readonly errcode: number;
  readonly errmsg: string;
}

/** The app's one client: resolves to the data of the envelope, rejects with a {@link Failure}. */
export const request = axios.create({
  baseURL: '/api',
  timeout: 15_000,
  headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
});

// For the timeline alone; leave it out of your app. It stands before the guard, to see every send.
recordRequests(request, session);

guardAxios(request, session, {
  attach:
    switches.attach === 'header'
      ? bearer()
      : query(({ accessToken }: Tokens) => ({ appkey: 'holdfast-admin', token: accessToken })),
  judge: switches.judgeAfter
    ? envelope({ code: 'errcode', refresh: [30001, 40001, 42001, 40014] })
    : () => 'pass',
  // Whoever is signing in needs no old session kept alive.
  skip: () => location.pathname === '/login',
});

request.interceptors.response.use(
  ({ data: { errcode, errmsg, data } }: AxiosResponse<Envelope>) =>
    errcode === 0 ? (data as never) : Promise.reject(toFailure({ errcode, errmsg })),
  (reason: unknown) =>
    // A session that ended is no failure of this request: the app says so once, and its callers say nothing.
    Promise.reject(isHoldfastError(reason, 'session-ended') ? reason : toFailure(reason)),
);

/** The server's own code; else the status and its text; else −1 and what went wrong on the way. */
function toFailure(error: unknown): Failure {
  if (isAxiosError(error) && error.response) {
    const { status, statusText } = error.response;
    return { errcode: status, errmsg: statusText };
  }
  const { errcode = -1, errmsg, message = '' } = error as Partial<Failure & Error>;
  return { errcode, errmsg: errmsg ?? message };
}
