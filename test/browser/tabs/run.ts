import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine, EngineName } from '../engines/engine.js';
import { cases } from './cases.js';
import { bundleScripts, openSite, type Scripts, type Site } from './site.js';
import { setStage, type Case } from './stage.js';
import { keepTabs, type Verdict } from './table.mjs';

/** How often each case runs. `HOLDFAST_TABS_RUNS=50` beside other work shows what a slow machine makes of it. */
const RUNS = Number(process.env['HOLDFAST_TABS_RUNS'] ?? 1);

/** Every case in one engine, one browser for all. What came of each is written down for the table at the end. */
export function runEvery(name: EngineName, lacks: Engine['lacks'], launch: () => Promise<Engine>): void {
  let engine: Engine;
  let scripts: Scripts;
  const verdicts: Record<string, Verdict> = {};

  beforeAll(async () => {
    [engine, scripts] = await Promise.all([launch(), bundleScripts()]);
  });

  afterAll(async () => {
    await engine?.close();
    await keepTabs(name, { version: engine?.version ?? name, verdicts });
  });

  for (const one of cases) {
    const missing = one.needs?.find((ability) => lacks[ability] !== undefined);
    if (missing !== undefined) {
      verdicts[one.name] = { notApplicable: lacks[missing] ?? '' };
      continue;
    }
    verdicts[one.name] = 'FAIL';
    let passed = 0;
    test(`${one.name}: ${one.about}`, { repeats: RUNS - 1 }, async () => {
      const site = await runCase(one);
      expect(site.auth.counters.reuseAlarms, 'reuse alarms').toBe(one.reuseAlarms ?? 0);
      passed += 1;
      if (passed === RUNS) verdicts[one.name] = 'pass';
    });
  }

  async function runCase({ run }: Case): Promise<Site> {
    const site = await openSite(scripts);
    const stage = setStage(engine, site);
    try {
      await run(stage);
      return site;
    } catch (error) {
      console.error(await stage.accounts());
      throw error;
    } finally {
      try {
        await stage.leave();
      } finally {
        await site.close();
      }
    }
  }
}
