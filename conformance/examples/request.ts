import axios, { type AxiosError, type InternalAxiosRequestConfig } from 'axios';

type Tokens = { accessToken: string; refreshToken: string };

/** The app's store of who is signed in. */
export const user = {
  tokens: null as Tokens | null,
  signIn: (tokens: Tokens): void => void (user.tokens = tokens),
  signOut: (): void => void (user.tokens = null),
  askForTokens: async (old: Tokens): Promise<Tokens> => (await axios.post<Tokens>('/refresh', old)).data,
  goToLogin: (): void => location.assign('/login'),
};

export const request = axios.create({ baseURL: '/api', timeout: 10_000 });

let refreshing: Promise<Tokens> | null = null;

request.interceptors.request.use((config) => {
  if (user.tokens) config.headers.Authorization = `Bearer ${user.tokens.accessToken}`;
  return config;
});

request.interceptors.response.use(undefined, async (error: AxiosError) => {
  const config = error.config as (InternalAxiosRequestConfig & { isRetry?: boolean }) | undefined;
  if (error.response?.status !== 401 || !user.tokens || !config || config.isRetry) throw error;
  try {
    user.signIn(await (refreshing ??= user.askForTokens(user.tokens)));
  } catch (reason) {
    user.signOut();
    user.goToLogin();
    throw reason;
  } finally {
    refreshing = null;
  }
  return await request({ ...config, isRetry: true } as InternalAxiosRequestConfig);
});
