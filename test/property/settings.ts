import fc from 'fast-check';
import type { Setting } from './contract.js';

/** Every way to set up sessions that makes a difference. */
export function settings(fixed: Partial<Setting> & { readonly calm: boolean }): fc.Arbitrary<Setting> {
  const free = fc.record({
    tabs: fc.integer({ min: 2, max: 3 }),
    store: fc.constantFrom('slow' as const, 'slow' as const, 'slow' as const, 'memory' as const),
    exclusive: fc.boolean(),
    subscribe: fc.boolean(),
    grace: fc.boolean(),
    tellsExpiry: fc.boolean(),
    holdAlways: fc.boolean(),
    honoursAbort: fc.boolean(),
    onExpired: fc.constantFrom(
      ...([
        'none',
        'none',
        'cancels',
        'same person',
        'same person, guarded',
        'other person',
        'throws',
      ] as const),
    ),
    chance: fc.constantFrom(0, 0.5, 0.999),
    fruitlessLimit: fc.constantFrom(1, 2, 5),
  });
  return free.map((setting) => ({ ...setting, ...fixed }));
}
