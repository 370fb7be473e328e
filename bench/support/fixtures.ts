import axios, { type AxiosAdapter, type AxiosInstance } from 'axios';
import { createSession, type Session } from 'holdfast';

/** Two tokens of a server, and what it says of their lifetime. */
export type Tokens = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
};

export const ORIGIN = 'https://api.example.com';
export const PATH = '/orders?page=1';
const REPLY = '{"orders":[{"id":1,"name":"rope"},{"id":2,"name":"anchor"}]}';
const DAY_MS = 86_400_000;

/** Access tokens as long as those of real servers, which are JWTs of some 700 characters. */
export const DEAD = `dead.${'x'.repeat(695)}`;
export const LIVE = `live.${'x'.repeat(695)}`;

export function tokens(accessToken: string, expiresInMs: number = DAY_MS): Tokens {
  return { accessToken, refreshToken: 'refresh', expiresAt: Date.now() + expiresInMs };
}

/** A session whose tokens serve all day. */
export async function freshSession(): Promise<Session<Tokens>> {
  const session = createSession<Tokens>({
    refresh: () => Promise.reject(new Error('no refresh was expected here')),
  });
  await session.signIn(tokens(LIVE));
  return session;
}

/** An axios whose transport answers at once: 401 to a dead token, orders to any other. */
export function stubbedAxios(onSend?: () => void): AxiosInstance {
  const adapter: AxiosAdapter = async (config) => {
    onSend?.();
    const isDead = config.headers.get('Authorization') === `Bearer ${DEAD}`;
    const response = {
      data: REPLY,
      status: isDead ? 401 : 200,
      statusText: '',
      headers: { 'content-type': 'application/json' },
      config,
    };
    if (isDead) throw new axios.AxiosError('401', 'ERR_BAD_REQUEST', config, undefined, response);
    return response;
  };
  return axios.create({ baseURL: ORIGIN, adapter });
}

/** The same for fetch, with what every fetch does on either side of the network: it makes a Request, and a Response. */
export async function stubbedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const isDead = request.headers.get('Authorization') === `Bearer ${DEAD}`;
  return new Response(REPLY, {
    status: isDead ? 401 : 200,
    headers: { 'content-type': 'application/json' },
  });
}
