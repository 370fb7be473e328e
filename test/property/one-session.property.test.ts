import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commands } from './commands.js';
import { failureOf, patienceMs } from './runs.js';
import { settings } from './settings.js';
import { live } from './world.js';

const SHARE = 0.2;

test(
  'keeps every rule whatever its server, its callers and its refreshes do',
  async () => {
    const property = fc.asyncProperty(
      fc.scheduler(),
      settings({ tabs: 1, calm: false }),
      commands('failures'),
      live,
    );
    const failure = await failureOf(property, SHARE);
    expect(failure, failure).toBeUndefined();
  },
  patienceMs(SHARE),
);
