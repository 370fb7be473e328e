import type { Place, Store } from '../right-store.js';

/** What is wrong with a store, how it is made from the right one, and which cases find it out. */
export type Broken = [
  what: string,
  breakIt: (right: Required<Store>, place: Place) => Store,
  ...caughtBy: [string, ...string[]],
];
