import { sharing } from './cases/sharing.js';
import type { Case } from './stage.js';

/** In the order of the table. */
export const cases: readonly Case[] = [...sharing];
