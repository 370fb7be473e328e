import { createHooks } from './hooks.js';
import { fromSearch } from './options.js';
import type { Answer, Call } from './scopes.js';

/** The library in a worker, or in a service worker: called by message. */
const hooks = createHooks(fromSearch(location.search));

addEventListener('message', (event: MessageEvent<Call>) => {
  const [port] = event.ports;
  const { name, args } = event.data;
  const called = Promise.resolve().then(() => (hooks[name] as (...given: unknown[]) => unknown)(...args));
  const answer = (outcome: Answer): void => port?.postMessage(outcome);
  void called.then(
    (value) => answer({ value }),
    (error: unknown) => answer({ error: String(error) }),
  );
});
