import { deferred, type Deferred } from '../support/deferred.js';

/** Whether the code of a tab still runs, and what came up while it was frozen. */
export type Life = { state: 'running' | 'frozen' | 'dead'; readonly parked: Deferred[] };

export function beginLife(): Life {
  return { state: 'running', parked: [] };
}

/** False where nothing ran that could be frozen. */
export function freeze(life: Life): boolean {
  if (life.state !== 'running') return false;
  life.state = 'frozen';
  return true;
}

/** Resolves when it is thawed. */
export function park(life: Life): Promise<void> {
  const thawed = deferred();
  life.parked.push(thawed);
  return thawed.promise;
}

export function thaw(life: Life): void {
  if (life.state !== 'frozen') return;
  life.state = 'running';
  for (const thawed of life.parked.splice(0)) thawed.resolve();
}
