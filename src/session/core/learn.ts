import type { SessionCore } from './session-core.js';
import { skewShownBy, validityOf, type Validity } from '../state/freshness.js';
import { BY_CLOCK, type Fruitless } from './fruitless.js';
import { sameTokens, type Known, type SessionRecord } from '../state/record.js';
import type { Author, Learn } from './records.js';
import { endReasonOf, signedInAs, type SessionState } from '../state/state.js';
import { learned } from '../state/transitions.js';
import { sameSecrets } from '../tokens/tokens.js';
import type { WaitingRoom } from './waiting-room.js';

export function createLearn<T>(
  { settings, state, log }: SessionCore<T>,
  room: Pick<WaitingRoom, 'held'>,
  fruitless: Fruitless,
): Learn<T> {
  const { clock } = settings;

  return function learn(found, by) {
    const before = state.current;
    if (before.unsaved > 0) return;
    const { held } = room;
    const after = stateWith(before, found);
    // `expiresAt` and `subject` are the user's: one of them may have signed out, so look at that first.
    if (state.current !== before) return learn(found, by);
    state.set(after);
    // A refresh may be aborted by that, and whoever heard of it may have signed out and told so.
    if (state.current.record === after.record) tell(before, after, by, held);
  };

  function stateWith(before: SessionState<T>, found: Known<T>): SessionState<T> {
    const { record: known, validity } = before;
    // The user's function reads each tokens once: what it says of them later would move the goal.
    if (known && validity && sameTokens(known, found)) return learned(before, found, validity);
    if (found === null || found.tokens === null) return learned(before, found, null);
    const skewMs = skewShownBy(found, known) ?? before.skewMs;
    const subject = before.askedOf === undefined ? undefined : settings.subject(found.tokens);
    const read = validityOf(found, settings, clock.random?.() ?? 0.5);
    return learned({ ...before, skewMs }, found, read, subject);
  }

  /** `held` is how many waited for it. */
  function tell(before: SessionState<T>, after: SessionState<T>, by: Author, held: number): void {
    const news = newsOf(before, after);
    if (news.type === 'ended') {
      const { note } = after;
      const [reason, whose] = [endReasonOf(after), by === 'here' ? by : 'elsewhere'] as const;
      log.emit({ type: 'ended', reason, by: whose, ...(note !== undefined && { note }) });
    } else if (news.type === 'signed-in') {
      const { generation } = news.record;
      if (by !== 'load') log.emit({ type: 'signed-in', generation, by });
      if (by === 'elsewhere') fruitless.reset();
    } else if (news.type === 'renewed') {
      const { generation, tokens } = news.record;
      if (by === 'here')
        log.emit({ type: 'refreshed', generation, held, durationMs: countRefresh(before, after) });
      else if (!sameSecrets(before.record?.tokens, tokens)) log.emit({ type: 'adopted', generation, held });
    }
  }

  /** A refresh of this session brought tokens: how many milliseconds its call took. */
  function countRefresh({ renewal }: SessionState<T>, { record, validity }: SessionState<T>): number {
    const now = clock.now();
    fruitless.made((record as SessionRecord<T>).generation);
    if (renewal?.unproven !== undefined && !renewal.question) fruitless.unproven(renewal.unproven, now);
    // Dead on arrival: nobody was helped, and the next request would ask for others at once.
    if (now >= (validity as Validity).expiresAt) fruitless.unproven(BY_CLOCK, now);
    return now - (renewal?.calledAt ?? now);
  }
}

type News<T> =
  | { readonly type: 'none' | 'ended' }
  | { readonly type: 'renewed' | 'signed-in'; readonly record: SessionRecord<T> };

/** What became of the sign-in. */
function newsOf<T>(before: SessionState<T>, after: SessionState<T>): News<T> {
  const was = signedInAs(before);
  const is = signedInAs(after);
  if (!is) return { type: was ? 'ended' : 'none' };
  if (was?.epoch !== is.epoch) return { type: 'signed-in', record: is };
  return was.tokens === is.tokens ? { type: 'none' } : { type: 'renewed', record: is };
}
