import { createHooks, type Hooks } from './hooks.js';
import { takeAway } from './lacking.js';
import { fromSearch } from './options.js';
import { openScope, type Scope, type ScopeName } from './scopes.js';

/** What a test reaches in a page. */
export type Reach = {
  /** Calls a hook of the page, or of something that the page opened. */
  call(where: 'page' | ScopeName, name: keyof Hooks, args: readonly unknown[]): unknown;
  open(name: ScopeName): Promise<void>;
  /** What went wrong in the page and was caught by nobody. */
  readonly complaints: readonly string[];
  /** Whether each showing of this page was out of the back-forward cache: then a request was begun at once. */
  readonly showings: readonly boolean[];
};

declare global {
  interface Window {
    holdfastTab: Reach;
  }
}

const options = fromSearch(location.search);
takeAway(options.without);

const complaints: string[] = [];
const showings: boolean[] = [];
addEventListener('error', ({ message }) => complaints.push(message));
addEventListener('unhandledrejection', ({ reason }) => complaints.push(`unhandled: ${String(reason)}`));

const hooks = createHooks(options);
// As an app would that looks for news when it is shown again.
addEventListener('pageshow', ({ persisted }) => {
  showings.push(persisted);
  if (persisted) hooks.begin();
});
const scopes = new Map<ScopeName, Scope>();

window.holdfastTab = {
  call(where, name, args) {
    if (where === 'page') return (hooks[name] as (...given: unknown[]) => unknown)(...args);
    return scopes.get(where)?.call(name, args);
  },
  open: async (name) => void scopes.set(name, await openScope(name)),
  complaints,
  showings,
};
