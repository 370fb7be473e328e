import type { SessionCore } from '../core/session-core.js';
import { plainTokens } from '../tokens/plain-tokens.js';
import { sameTokens, withReplyTokens, type SessionRecord } from '../state/record.js';
import type { Learn, Records } from '../core/records.js';
import { isRenewing } from '../state/state.js';
import { accessTokenOf, mergeTokens, sameSecrets, withAccessToken } from '../tokens/tokens.js';

/** Takes in newer tokens that came with an ordinary reply to `record`; resolves once they are in use. */
export type TakeReplyTokens<T> = (record: SessionRecord<T>, given: unknown) => Promise<void>;

export function createReplyTokens<T>(
  { settings, state, log }: SessionCore<T>,
  records: Pick<Records<T>, 'write'>,
  learn: Learn<T>,
): TakeReplyTokens<T> {
  const { clock } = settings;
  let saving: Promise<void> | undefined;

  return async function take(record, given) {
    const { tokens } = record;
    // Those of an older request may be older than the current ones.
    if (!given || tokens === null || state.current.record?.tokens !== tokens) return;
    const fresh = merged(tokens, given);
    if (fresh === undefined || !accessTokenOf(fresh) || sameSecrets(tokens, fresh)) return;
    // The first of many that bring some at once: each would wait for the store in its turn, and then find it moved on.
    await (saving ??= save(record, fresh).finally(() => (saving = undefined)));
  };

  function merged(tokens: T, given: unknown): T | undefined {
    try {
      const plain = plainTokens(given, 'renewedBy()');
      return typeof plain === 'string'
        ? withAccessToken(tokens, plain)
        : mergeTokens(tokens, plain as Partial<T>);
    } catch (error) {
      log.emit({ type: 'warning', option: 'renewedBy', problem: (error as Error).message });
      return undefined;
    }
  }

  async function save(record: SessionRecord<T>, fresh: T): Promise<void> {
    const { signings } = state.current;
    const isNew = accessTokenOf(fresh) !== accessTokenOf(record.tokens);
    const requestedAt = isNew ? clock.now() : record.requestedAt;
    let taken: SessionRecord<T> | undefined;
    const standing = await records.write((stored) => {
      const stands = stored && sameTokens(stored, record) && state.current.signings === signings;
      // Not while a refresh is under way: its answer would be fenced off, and with it the only refresh token that serves.
      return (taken = stands && !stored.claim ? withReplyTokens(stored, fresh, requestedAt) : undefined);
    });
    // A renewal that still waits for its turn, or to be tried again, is no longer needed then.
    if (taken || !isRenewing(state.current)) learn(standing, 'elsewhere');
  }
}
