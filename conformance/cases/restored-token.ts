import type { ConformanceCase } from '../case.js';
import { LIFETIME_MS } from '../stage/stage.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'An app hands over tokens that it stored an hour ago, which say themselves when they were issued (`iat`) and when they end (`exp`), and starts 20 requests.',
  why: 'Whoever counts a lifetime from the moment of the sign-in takes a token that has been dead for an hour for a fresh one, after every restart and in every app that moves its stored tokens over.',
  right: 'One refresh, before anything is sent: 20 sends, 20 served.',
  needs: ['own-clock'],
  async run(stage) {
    const { request, signIn } = await stage.start({ as: null });
    const issuedAt = stage.time.now();
    const tokens = await stage.server.signIn('ada');
    await stage.time.pass(60 * LIFETIME_MS);
    await signIn(tokens, issuedAt);
    const outcomes = await stage.settle(times(20, (index) => request(stage.path(`n=${index}`))));
    await stage.expect({ outcomes, refreshes: 1, sends: 20 });
  },
};
