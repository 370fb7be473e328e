import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commands } from './commands.js';
import { failureOf, patienceMs } from './runs.js';
import { settings } from './settings.js';
import { live } from './world.js';

const SHARE = 0.3;

test(
  'keeps every rule when refreshes and stores fail, and tabs freeze and die',
  async () => {
    const property = fc.asyncProperty(
      fc.scheduler(),
      settings({ calm: false }),
      commands('everything'),
      live,
    );
    const failure = await failureOf(property, SHARE);
    expect(failure, failure).toBeUndefined();
  },
  patienceMs(SHARE),
);
