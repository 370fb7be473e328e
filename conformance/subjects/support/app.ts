import type { Setting, Tokens } from '../../contract.js';
import { hasRefused } from './has-refused.js';

/** The app around a library that leaves it to the app to keep the tokens. */
export interface App {
  tokens: Tokens | null;
  /** By the lifetime that came with the tokens, counted from when they came. */
  isExpired(): boolean;
  /** Keeps tokens. */
  save(tokens: Tokens): void;
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
    save(tokens) {
      app.tokens = tokens;
      expiresAt = Date.now() + tokens.expiresIn * 1000;
    },
    async refresh(options) {
      if (!app.tokens) throw new Error('nobody is signed in');
      try {
        app.save(await setting.refresh(app.tokens, options));
        return app.tokens;
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
