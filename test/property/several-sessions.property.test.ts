import fc from 'fast-check';
import { test } from 'vitest';
import { commands } from './commands.js';
import { patienceMs, runs } from './runs.js';
import { settings } from './settings.js';
import { live } from './world.js';

const SHARE = 0.35;

test(
  'keeps every rule in every order while nothing fails',
  async () => {
    const property = fc.asyncProperty(
      fc.scheduler(),
      settings({ calm: true }),
      commands('none'),
      live,
    );
    await fc.assert(property, runs(SHARE));
  },
  patienceMs(SHARE),
);
