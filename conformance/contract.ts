import type { AxiosInstance } from 'axios';
import type { AuthServerTokens } from 'holdfast/testing';
import type { Feature } from './features.js';

/** What the server issues at a sign-in and at a refresh; the access token is a JWT. */
export type Tokens = AuthServerTokens;

export type Awaitable<Value> = Value | Promise<Value>;

/** A library, set up as its own documentation says. What a subject module exports. */
export interface Subject {
  /** How it is set up, and which of its options were turned on because they help. One or two sentences. */
  readonly about: string;
  /** The npm package under test; left out for what is written by hand. */
  readonly package?: string;
  /** What it can express; a case that needs more is not applicable. */
  readonly features: readonly Feature[];
  /**
   * By name of a case: the sentence in which its own documentation says that it is not meant to do what the case asks
   * for. It stands beside the verdict.
   */
  readonly documented?: Readonly<Record<string, string>>;
  /** Makes one client under one session, signed out. */
  create(setting: Setting): Awaitable<Client>;
}

/** What a subject is given: the server, and how the case wants the library set up. */
export interface Setting {
  /** The server's origin, `http://127.0.0.1:<port>`. */
  readonly url: string;
  /**
   * Asks the server for new tokens: hand it to the library as the user's refresh. Rejects, as `fetch` or axios users
   * have it, with an error that has the reply in `response` and its status in `status`.
   */
  refresh(tokens: Pick<Tokens, 'refreshToken'>, options?: { signal?: AbortSignal }): Promise<Tokens>;
  /** Call it whenever the library says that the session is over. */
  ended(): void;

  // What follows is asked only of subjects with the feature it names.

  /** Which replies mean dead tokens. Features: `statuses`, `codes`, `challenge`, `server-sign-out`. */
  readonly judge: Judging;
  /** `query`: the token goes into the parameter `token`. `header`: into the header `x-token`. */
  readonly attach: 'bearer' | 'query' | 'header';
  /** True: make the refresh with the guarded client, `POST /auth/refresh { refreshToken }`. */
  readonly refreshThroughClient: boolean;
  /** Opens a login dialog; null when the user closed it. Feature: `relogin`. */
  readonly relogin: (() => Promise<Tokens | null>) | undefined;
  /** Where the tokens lie when the page loads, read with a delay. Feature: `late-store`. */
  readonly stored: Promise<Tokens | null> | undefined;
  /**
   * The name of a store that outlives the page. Starting again under the same name is the page after a reload.
   * Feature: `kept`.
   */
  readonly kept: string | undefined;
  /** Whether others share the session, and may bring newer tokens: see `Client.adopt`. */
  readonly shared: boolean;
  /** What becomes of requests while nobody is signed in. Feature: `reject-signed-out`. */
  readonly whenSignedOut: 'send' | 'reject';
  /** How much of a body that is a stream may be kept to send it again. Feature: `buffered-streams`. */
  readonly bufferBytes: number;
  /** The header that brings new access tokens. Feature: `renewed-by`. */
  readonly renewedBy: string | undefined;
  /** How early a token counts as expired, for libraries that can be told. */
  readonly leewayMs: number | undefined;
  /** From how long before expiry a refresh may run behind requests. Feature: `refresh-ahead`. */
  readonly refreshAheadMs: number;
  /** The deadline of a refresh, for libraries that have one. */
  readonly refreshTimeoutMs: number;
  /** How many refreshes that do not help a window allows. Feature: `fruitless-refreshes`. */
  readonly fruitlessRefreshes: { readonly limit: number; readonly windowMs: number } | undefined;
}

export type Judging =
  | { readonly by: 'status'; readonly statuses: readonly number[] }
  /** `field` is a path in the body: `errcode`, `error.code`. */
  | {
      readonly by: 'code';
      readonly field: string;
      readonly refresh: readonly number[];
      readonly signOut: readonly number[];
    }
  | { readonly by: 'challenge' }
  /** `UNAUTHENTICATED` among the errors of a GraphQL reply. Feature `codes`. */
  | { readonly by: 'graphql' };

/** A library at work: what a case talks to. */
export interface Client {
  /**
   * Sends a request through the library and resolves to the reply, whatever its status; rejects with the library's own
   * error where there is no reply. A path is relative to `Setting.url`.
   */
  request(path: string, call?: Call): Promise<Answer>;
  /** Hands the tokens of a login to the library. `issuedAt`: when they came, where that was before now. */
  signIn(tokens: Tokens, issuedAt?: number): Awaitable<void>;
  /** Hands over newer tokens of the same login that came from elsewhere: another tab, a native app. @default signIn */
  adopt?(tokens: Tokens): Awaitable<void>;
  /** Feature `sign-out`. */
  signOut?(): Awaitable<void>;
  /** The tokens the library holds, or has stored where it was told to. */
  tokens(): Awaitable<Pick<Tokens, 'accessToken'> | null>;
  /** Feature `several-clients`: another client under the same session. */
  another?(): Client['request'];
  /** Feature `axios`: the instance under guard. */
  readonly axios?: AxiosInstance;
  /** Feature `fetch`: the guarded fetch. */
  readonly fetch?: typeof globalThis.fetch;
  /** What an app would log: a session, an event list. No token may be found in it. */
  readonly visible?: () => unknown;
  close?(): Awaitable<void>;
}

export type Call = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
  /** Goes with a body that is a stream, as `fetch` wants it (WHATWG Fetch, section 5.4). */
  readonly duplex?: 'half';
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
};

export type Answer = {
  readonly status: number;
  /** Parsed where it is JSON. */
  readonly body: unknown;
};
