import fc from 'fast-check';
import { test } from 'vitest';
import { commands } from './commands.js';
import { patienceMs, runs } from './runs.js';
import { settings } from './settings.js';
import { live } from './world.js';

const SHARE = 0.3;

test(
  'keeps every rule whatever its server, its callers and its refreshes do',
  async () => {
    const property = fc.asyncProperty(
      fc.scheduler(),
      settings({ tabs: 1, calm: false }),
      commands('failures'),
      live,
    );
    await fc.assert(property, runs(SHARE));
  },
  patienceMs(SHARE),
);
