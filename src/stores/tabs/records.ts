import { isSessionRecord } from '../../sharing/is-session-record.js';
import { sameVersion, type SessionRecord } from '../../session/state/record.js';
import { copyOf } from '../../session/tokens/plain-tokens.js';
import type { Rows } from '../common/record-table.js';
import { drawId, isId, type Write } from './mail.js';
import { sameData } from './same-data.js';
import type { TabTokens } from './tab-tokens.js';

/** What lies in the table: the record without its tokens, and which write brought them. */
export type Row = {
  readonly format: typeof FORMAT;
  readonly record: SessionRecord<never>;
  /** Null where there are none. */
  readonly id: string | null;
};

const FORMAT = 1;

export function isRow(value: unknown): value is Row {
  const { format, record, id } = (value ?? {}) as Partial<Row>;
  const isOurs = format === FORMAT && isSessionRecord(record) && record.tokens === null;
  return isOurs && (id === null || isId(id));
}

/** Reads the record and puts its tokens in: those of the very write that stands there, and no others. */
export async function readRecord<T>(rows: Rows<Row>, here: TabTokens<T>): Promise<SessionRecord<T> | null> {
  let missing: string | null = null;
  for (;;) {
    const row = await rows.get();
    const write = row && writeOf(row);
    here.settle(write, row?.record.generation ?? -Infinity);
    if (!row || !write) return row && row.record;
    // Nobody has them any more. The counters stay, so that the next sign-in goes on from there.
    if (write.id === missing) return { ...row.record, claim: null };
    const tokens = await here.find(write);
    if (tokens !== undefined) return { ...row.record, tokens: copyOf(tokens) };
    // Somebody may have written while the siblings were waited for.
    missing = write.id;
  }
}

/** Hands the tokens of `next` to the siblings, where they are new, and then writes the record that names them. */
export async function swapRecord<T>(
  rows: Rows<Row>,
  here: TabTokens<T>,
  expected: SessionRecord<T> | null,
  next: SessionRecord<T>,
): Promise<boolean> {
  const standing = await rows.get();
  if (!sameVersion<unknown>(standing && standing.record, expected)) return false;
  const { tokens, ...rest } = next;
  const record: SessionRecord<never> = { ...rest, tokens: null };
  let id = tokens === null ? null : idOfSame(standing, next, here);
  let release = (): void => {};
  if (tokens !== null && id === null) {
    id = drawId();
    release = await here.give({ epoch: next.epoch, generation: next.generation, id }, copyOf(tokens));
  }
  const row: Row = { format: FORMAT, record, id };
  try {
    const isWon = await rows.swap((found) => {
      return sameVersion<unknown>(found && found.record, expected) && found?.id === standing?.id;
    }, row);
    if (isWon) here.settle(writeOf(row), record.generation);
    return isWon;
  } finally {
    release();
  }
}

function writeOf({ record: { epoch, generation }, id }: Row): Write | null {
  return id === null ? null : { epoch, generation, id };
}

/** A claim leaves the tokens as they are: then they stay those of the write that brought them, and nothing travels. */
function idOfSame<T>(standing: Row | null, next: SessionRecord<T>, here: TabTokens<T>): string | null {
  const write = standing && writeOf(standing);
  if (!write || write.epoch !== next.epoch || write.generation !== next.generation) return null;
  return sameData(here.peek(write), next.tokens) ? write.id : null;
}
