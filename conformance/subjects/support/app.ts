import type { Setting, Tokens } from '../../contract.js';
import { hasRefused } from './has-refused.js';

/** The app around a library that leaves it to the app to keep the tokens. */
export interface App {
  readonly tokens: Tokens | null;
  /** Resolves once the tokens were read from where they lay when the page loaded. */
  readonly loaded: Promise<void>;
  /** By the lifetime that came with the tokens, counted from when they were asked for. */
  isExpired(): boolean;
  signIn(tokens: Tokens): void;
  signOut(): void;
  /** Asks for new tokens and keeps what comes; a refusal ends the session. */
  refresh(options?: { signal?: AbortSignal }): Promise<Tokens>;
  /** A refresh that the library makes begins. What this returns keeps what it brings. */
  beginRefresh(): Keep;
  /** What to do about a failed refresh where the library makes it: a refusal ends the session. */
  onRefreshFailed(error: unknown): void;
}

/** @throws for what is no tokens, and for what comes after somebody signed in or out: nobody is to be sent again for it */
export type Keep = (brought: Tokens) => void;

export function createApp(setting: Setting): App {
  let tokens: Tokens | null = null;
  let expiresAt = Infinity;
  /** Another after each sign-in and sign-out. */
  let login = 0;

  function save(next: Tokens, askedAt: number): void {
    const lifetimeMs = Number(next.expiresIn) * 1000;
    // Whatever else a server says there tells nothing.
    expiresAt = lifetimeMs > 0 ? askedAt + lifetimeMs : Infinity;
    tokens = next;
  }

  const app: App = {
    get tokens() {
      return tokens;
    },
    loaded: (setting.stored ?? Promise.resolve(null)).then((stored) => {
      if (stored && login === 0) save(stored, Date.now());
    }),
    isExpired: () => tokens !== null && expiresAt <= Date.now(),
    signIn(issued) {
      login += 1;
      save(issued, Date.now());
    },
    signOut() {
      login += 1;
      tokens = null;
    },
    beginRefresh() {
      const asked = { login, at: Date.now() };
      return (brought: Partial<Tokens> | undefined) => {
        if (asked.login !== login) throw new Error('somebody signed in or out meanwhile');
        if (!brought?.accessToken) throw new Error('the refresh brought no tokens');
        save(brought as Tokens, asked.at);
      };
    },
    async refresh(options) {
      if (!tokens) throw new Error('nobody is signed in');
      const asked = login;
      const keep = app.beginRefresh();
      try {
        const brought = await setting.refresh(tokens, options);
        keep(brought);
        return brought;
      } catch (error) {
        if (asked === login) app.onRefreshFailed(error);
        throw error;
      }
    },
    onRefreshFailed(error) {
      if (!tokens || !hasRefused(error)) return;
      tokens = null;
      setting.ended();
    },
  };
  return app;
}
