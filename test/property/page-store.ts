import type { SharedStore } from './shared-store.js';

/** In the place of a store where the record lives in the page: nobody can write there, and nothing can fail. */
export function createPageStore(): SharedStore {
  return {
    storeFor: () => undefined,
    record: () => null,
    busy: 0,
    mishaps: [],
    letGo() {},
  };
}
