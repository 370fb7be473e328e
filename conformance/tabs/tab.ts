import type { Tokens } from '../contract.js';

/** What a page of this suite does when the runner asks it to. */
export interface Tab {
  signIn(tokens: Tokens): Promise<void>;
  /** Resolves to the status of the reply, or to 0 where there was none. */
  request(path: string): Promise<number>;
}

declare global {
  interface Window {
    tab: Tab;
  }
}
