import axios from 'axios';
import { createSession } from 'holdfast';
import { webStore } from 'holdfast/web';
import { switches } from './switches.js';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** In seconds. */
  readonly expiresIn: number;
}

/** What every answer of the server looks like. */
export interface Envelope<Data = unknown> {
  readonly errcode: number;
  readonly errmsg: string;
  readonly data: Data;
}

/** The server's word for "this refresh token is not accepted". */
const REFRESH_REFUSED = 40030;

/** One sign-in, shared by all tabs of this app. */
export const session = createSession<Tokens>({
  store: webStore({ key: 'admin.session' }),

  async refresh({ refreshToken }, { signal }) {
    // The bare axios: an error keeps its status and its Retry-After, which tell a refusal from bad luck.
    const { data } = await axios.post<Envelope<Tokens>>('/api/auth/refresh', { refreshToken }, { signal });
    if (data.errcode !== 0) throw Object.assign(new Error(data.errmsg), { errcode: data.errcode });
    return data.data;
  },

  // HTTP 200 with an errcode: only this app knows what that means.
  classify: (error) => ((error as Partial<Envelope>).errcode === REFRESH_REFUSED ? 'ended' : undefined),

  // Buttons kill tokens faster than any server would.
  fruitlessRefreshes: { limit: 30, windowMs: 30_000 },

  // Without an expiry nothing is judged before the request.
  ...(!switches.judgeBefore && { expiresAt: () => undefined }),
});
