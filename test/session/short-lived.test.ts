import { describe, expect, it } from 'vitest';
import { createSession } from '../../src/session/session.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import { after } from '../support/after.js';
import { recordIn, tokensNumber, track, type Tokens } from './set-up.js';

describe('tokens that live little longer than their refresh takes', () => {
  it('serve the requests that waited for them', async () => {
    const clock = manualClock();
    let refreshes = 0;
    const session = createSession<Tokens>({
      clock,
      async refresh() {
        const tokens = tokensNumber(++refreshes + 1, { expiresIn: 3 });
        await after(clock, 2_400);
        return tokens;
      },
      ...recordIn(),
    });
    await session.signIn(tokensNumber(1, { expiresIn: 3 }));
    clock.jump(3_000);
    const held = track(session.guard(() => ({ status: 200 })));
    await clock.advance(2_500);
    expect(held.status).toBe('fulfilled');
    expect(held.value).toEqual({ status: 200 });
    // One that they waited for, and one behind them: they are nearly over.
    expect(refreshes).toBe(2);
  });
});
