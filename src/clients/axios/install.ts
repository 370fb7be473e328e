import { createSendOnce } from './attempt.js';
import { ATTEMPT } from './attached.js';
import { createDispatch } from './dispatch.js';
import { createGuardedSend, type Family } from './guarded.js';
import type { Adapter, Instance, Transport } from './shapes.js';

/** The adapter of a guarded instance, which knows what it sends with, and its `create`. */
type Guarded<Wrapped> = Wrapped & { [BENEATH]?: () => Wrapped };

const BENEATH: unique symbol = Symbol.for('holdfast.axios.beneath');

/** Takes the place of an instance's adapter and of its `create`, and returns the undo. */
export function install<T>(
  instance: Instance,
  family: Family<T>,
  ownBase: () => string | undefined,
): () => void {
  const { session, settings, platform } = family;
  const { defaults } = instance;
  const original = beneath(defaults.adapter);
  const create = instance.create && beneath(instance.create);
  const dispatch = createDispatch(
    () => create?.() ?? new (instance.constructor as new (config: object) => Instance)({}),
  );
  const isTrusted = (url: string): boolean => settings.allows(url, ownBase());
  const sendOnce = createSendOnce(dispatch, { isTrusted, refuses: settings.refusesRedirects }, platform);
  const sendGuarded = createGuardedSend(family, sendOnce, isTrusted);
  let transport = original;

  const guarded: Guarded<Adapter> = (config) =>
    // A mock (axios-mock-adapter, say) keeps the adapter that it finds, which is this one, and sets its own, which goes
    // beneath. A request that it lets through it hands to the one it kept: that is an attempt already.
    ATTEMPT in config ? dispatch(config, original) : sendGuarded(config, transport);
  // When it is taken away it sets the one it kept again. Where this guard is gone by then, that means the adapter from before
  // the guard, and not what was set beneath it meanwhile.
  guarded[BENEATH] = () => (isInstalled() ? transport : original) as Adapter;
  // Read while `request()` is still on the caller's stack: that is the moment to tell a call of `refresh` itself.
  const get = (): Transport => (session.isOwnCall() ? transport : guarded);
  const isInstalled = (): boolean => Object.getOwnPropertyDescriptor(defaults, 'adapter')?.get === get;
  Object.defineProperty(defaults, 'adapter', {
    get,
    // A transport set later, by a mock, goes beneath; given back what it found, it has taken itself away.
    set(next: Transport) {
      transport = next === guarded ? original : beneath(next);
    },
    enumerable: true,
    configurable: true,
  });

  let createGuarded: Guarded<NonNullable<Instance['create']>> | undefined;
  if (create) {
    createGuarded = (config) => {
      const child = create(config);
      // Anybody may create from the default export, for a server of theirs: that is no reason to send tokens there.
      const childBase = (): string | undefined =>
        ownBase() || (instance.VERSION ? undefined : child.defaults.baseURL);
      if (family.isGuarded) install(child, family, childBase);
      return child;
    };
    createGuarded[BENEATH] = () => create;
    instance.create = createGuarded;
  }

  return () => {
    if (create && instance.create === createGuarded) instance.create = create;
    if (isInstalled()) Object.defineProperty(defaults, 'adapter', { value: transport, writable: true });
    transport = original;
  };
}

/** What an instance that is guarded, or was created from one that is, sends with. */
function beneath<Wrapped>(wrapped: Wrapped): Wrapped {
  return (wrapped as Guarded<Wrapped> | undefined)?.[BENEATH]?.() ?? wrapped;
}
