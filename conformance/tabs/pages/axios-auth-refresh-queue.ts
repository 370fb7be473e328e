import axios, { isAxiosError } from 'axios';
import { applyAuthTokenInterceptor } from 'axios-auth-refresh-queue';
import type { Tokens } from '../../contract.js';
import { commonJs } from '../../subjects/support/common-js.js';

const api = axios.create();

/** As its README has it: `localStorage`, and `checkTokenIsValid` for several tabs. */
applyAuthTokenInterceptor(commonJs(api), {
  headerTokenHandler(request) {
    const token = localStorage.getItem('accessToken');
    if (token) request.headers.Authorization = `Bearer ${token}`;
  },
  getRefreshToken: () => localStorage.getItem('refresh_token'),
  async requestRefresh(refreshToken) {
    const { data } = await axios.post<Tokens>('/auth/refresh', { refreshToken });
    return { accessToken: data.accessToken, refreshToken: data.refreshToken };
  },
  onSuccess: keep,
  onFailure: () => localStorage.clear(),
  async checkTokenIsValid() {
    const token = localStorage.getItem('accessToken');
    if (!token) return null;
    const claims = token.split('.')[1] ?? '';
    const { exp } = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))) as { exp: number };
    return exp * 1000 > Date.now() ? token : null;
  },
});

function keep({ accessToken, refreshToken }: { accessToken: string; refreshToken?: string }): void {
  localStorage.setItem('accessToken', accessToken);
  if (refreshToken !== undefined) localStorage.setItem('refresh_token', refreshToken);
}

window.tab = {
  signIn: async (tokens) => keep(tokens),
  request: (path) =>
    api.get(path).then(
      ({ status }) => status,
      (error: unknown) => (isAxiosError(error) ? (error.response?.status ?? 0) : 0),
    ),
};
