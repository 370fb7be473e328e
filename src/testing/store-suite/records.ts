import type { SessionRecord } from '../../session/state/record.js';
import type { StoreSuiteTokens } from './contract.js';
import { expectThat } from './expect.js';

export type SuiteRecord = SessionRecord<StoreSuiteTokens>;

/** As large as real generations are: a store that keeps them in 32 bits, or in a float, loses them. */
export const FIRST_GENERATION = 1_767_225_600_000_419;

/** A record as a sign-in makes it. */
export function recordOf(secret: string, changes: Partial<SuiteRecord> = {}): SuiteRecord {
  return {
    tokens: { accessToken: `access-${secret}`, refreshToken: `refresh-${secret}` },
    generation: FIRST_GENERATION,
    epoch: FIRST_GENERATION,
    requestedAt: 1_767_225_600_000,
    fence: 7,
    claim: null,
    ...changes,
  };
}

/** The same after `steps` refreshes. */
export function later(record: SuiteRecord, steps: number, changes: Partial<SuiteRecord> = {}): SuiteRecord {
  return { ...record, generation: record.generation + steps, ...changes };
}

/** @throws where `found` is not `wanted`, naming the first field that differs and never what is in it but numbers */
export function expectRecord(what: string, wanted: SuiteRecord | null, found: SuiteRecord | null): void {
  const difference = differenceOf('the record', wanted, found);
  expectThat(difference === undefined, what, difference ?? '');
}

/** Where two pieces of plain data differ, in words. A field that is undefined may as well be missing. */
function differenceOf(path: string, wanted: unknown, found: unknown): string | undefined {
  if (Object.is(wanted, found)) return undefined;
  if (!isObject(wanted) || !isObject(found) || Array.isArray(wanted) !== Array.isArray(found)) {
    return `${path} as ${kindOf(found)} in place of ${kindOf(wanted)}`;
  }
  const [wantedFields, foundFields] = [wanted, found].map(fieldsOf) as [Fields, Fields];
  for (const [name, value] of wantedFields) {
    const inner = Array.isArray(wanted) ? `${path}[${name}]` : `${path}.${name}`;
    const difference = differenceOf(inner, value, foundFields.get(name));
    if (difference !== undefined) return difference;
  }
  const surplus = foundFields.size - wantedFields.size;
  return surplus === 0 ? undefined : `${path} with ${surplus} fields too many`;
}

type Fields = Map<string, unknown>;

function fieldsOf(value: object): Fields {
  return new Map(Object.entries(value).filter(([, field]) => field !== undefined));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Any text may be a token. */
function kindOf(value: unknown): string {
  if (typeof value === 'string') return `a string of ${value.length} characters`;
  if (Array.isArray(value)) return 'an array';
  if (isObject(value)) return 'an object';
  return typeof value === 'number' || value === null || value === undefined ? String(value) : typeof value;
}
