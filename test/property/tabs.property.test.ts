import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failureOf, patienceMs } from './runs.js';
import { tabsCommands } from './tabs-commands.js';
import { liveAsTabs } from './tabs-world.js';

const SHARE = 0.2;

test(
  'tabs that share tokens by post never read those of another record, and lose none while one of them lives',
  async () => {
    const property = fc.asyncProperty(fc.scheduler(), fc.boolean(), tabsCommands, liveAsTabs);
    const failure = await failureOf(property, SHARE);
    expect(failure, failure).toBeUndefined();
  },
  patienceMs(SHARE),
);
