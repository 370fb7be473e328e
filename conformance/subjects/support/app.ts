import type { Setting, Tokens } from '../../contract.js';
import { hasRefused } from './has-refused.js';

/** The app around a library that leaves it to the app to keep the tokens. */
export interface App {
  tokens: Tokens | null;
  /** By the lifetime that came with the tokens, counted from when they were asked for. */
  isExpired(): boolean;
  /** Keeps tokens. */
  save(tokens: Tokens, askedAt?: number): void;
  /** Asks for new tokens and keeps what comes; a refusal ends the session. */
  refresh(options?: { signal?: AbortSignal }): Promise<Tokens>;
  /** What to do about a failed refresh where the library makes it: a refusal ends the session. */
  onRefreshFailed(error: unknown): void;
}

export function createApp(setting: Setting): App {
  let expiresAt = Infinity;

  const app: App = {
    tokens: null,
    isExpired: () => app.tokens !== null && expiresAt <= Date.now(),
    save(tokens, askedAt = Date.now()) {
      const lifetimeMs = Number(tokens.expiresIn) * 1000;
      // Whatever else a server says there tells nothing.
      expiresAt = lifetimeMs > 0 ? askedAt + lifetimeMs : Infinity;
      app.tokens = tokens;
    },
    async refresh(options) {
      if (!app.tokens) throw new Error('nobody is signed in');
      try {
        const askedAt = Date.now();
        const tokens = await setting.refresh(app.tokens, options);
        app.save(tokens, askedAt);
        return tokens;
      } catch (error) {
        app.onRefreshFailed(error);
        throw error;
      }
    },
    onRefreshFailed(error) {
      if (!app.tokens || !hasRefused(error)) return;
      app.tokens = null;
      setting.ended();
    },
  };
  return app;
}
