import { holders } from './cases/holders.js';
import { sharing } from './cases/sharing.js';
import { signing } from './cases/signing.js';
import { storage } from './cases/storage.js';
import { surroundings } from './cases/surroundings.js';
import { tabsStores } from './cases/tabs-store.js';
import type { Case } from './stage.js';

/** In the order of the table. */
export const cases: readonly Case[] = [
  ...sharing,
  ...signing,
  ...holders,
  ...storage,
  ...surroundings,
  ...tabsStores,
];
