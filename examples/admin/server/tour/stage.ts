import axios, { type AxiosInstance } from 'axios';
import { createSession, envelope, isHoldfastError, query, type Session } from 'holdfast';
import { guardAxios } from 'holdfast/axios';
import type { AuthServer, AuthServerTokens } from 'holdfast/testing';
import type { Narrator } from './narrator.js';

export interface Envelope<Data> {
  readonly errcode: number;
  readonly errmsg: string;
  readonly data: Data;
}

/** Asks something and says whether the answer was its own. */
export type Question = (request: AxiosInstance, index: number) => Promise<boolean>;

/** What the callers got, by count: their own answer, or an error of this name. */
export type Replies = Readonly<Record<string, number>>;

export interface Stage {
  readonly auth: AuthServer;
  readonly origin: string;
  readonly narrator: Narrator;
  /** How many requests were asked on this stage. */
  readonly asked: number;
  /** A session, signed in with an access token of this lifetime. Those that follow live long. */
  signIn(lifetimeMs: number): Promise<Session<AuthServerTokens>>;
  /** An axios instance under that session. */
  client(session: Session<AuthServerTokens>): AxiosInstance;
  /** Asks `count` times at once, and waits until everybody has got something. */
  ask(request: AxiosInstance, count: number, question: Question): Promise<Replies>;
}

const REFRESH_REFUSED = 40030;
const LONG_MS = 60_000;

export function createStage(auth: AuthServer, origin: string, narrator: Narrator): Stage {
  const baseURL = `${origin}/api`;
  let asked = 0;

  async function refresh({ refreshToken }: AuthServerTokens, { signal }: { signal: AbortSignal }) {
    const path = `${baseURL}/auth/refresh`;
    const { data } = await axios.post<Envelope<AuthServerTokens>>(path, { refreshToken }, { signal });
    if (data.errcode !== 0) throw Object.assign(new Error(data.errmsg), { errcode: data.errcode });
    return data.data;
  }

  return {
    auth,
    origin,
    narrator,
    get asked() {
      return asked;
    },

    async signIn(lifetimeMs) {
      const session = createSession<AuthServerTokens>({
        refresh,
        refreshAheadMs: 0,
        classify: (error) =>
          (error as Partial<Envelope<null>>).errcode === REFRESH_REFUSED ? 'ended' : undefined,
      });
      narrator.follow(session);
      auth.settings.accessLifetimeMs = lifetimeMs;
      await session.signIn(auth.signIn('ada'));
      auth.settings.accessLifetimeMs = LONG_MS;
      return session;
    },

    client(session) {
      const request = axios.create({ baseURL });
      guardAxios(request, session, {
        attach: query(({ accessToken }) => ({ appkey: 'holdfast-tour', token: accessToken })),
        judge: envelope({ code: 'errcode', refresh: [30001, 40001, 42001, 40014] }),
      });
      return request;
    },

    async ask(request, count, question) {
      asked += count;
      const replies: Record<string, number> = {};
      const one = async (index: number): Promise<void> => {
        const reply = await question(request, index).then((own) => (own ? 'own' : 'foreign'), nameOf);
        replies[reply] = (replies[reply] ?? 0) + 1;
        narrator.count(reply === 'own' ? 'answered' : 'failed');
      };
      await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
      narrator.flush();
      return replies;
    },
  };
}

function nameOf(error: unknown): string {
  return isHoldfastError(error) ? error.code : String((error as Error).name);
}

/** Waits until a moment that many milliseconds from now has surely passed. */
export function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
