import type { Seen } from '../server/case-server.js';
import { isServed, type Outcome } from './outcomes.js';

/** A number that has to be met, or not to be exceeded. */
export type Count = number | { readonly atMost: number } | { readonly atLeast: number };

export const atMost = (count: number): Count => ({ atMost: count });
export const atLeast = (count: number): Count => ({ atLeast: count });

/** What a right answer looks like, in numbers. What is left out may be anything. */
export type Expectations = {
  /** What became of the callers. */
  readonly outcomes?: readonly Outcome[];
  /** Callers that got a 2xx. @default all, when there are outcomes and neither this nor `rejected` is given */
  readonly served?: Count;
  /** Callers whose call rejected, or whose reply was no 2xx. */
  readonly unserved?: Count;
  /** Refreshes that arrived at the server. */
  readonly refreshes?: Count;
  /** Other requests that arrived there. */
  readonly sends?: Count;
  /** Spent refresh tokens that came again. @default 0 */
  readonly reuseAlarms?: Count;
};

/** A case's answer was not right: the message says what was seen. */
export class CaseFailure extends Error {}

export function fail(seen: string): never {
  throw new CaseFailure(seen);
}

/** It came out that the library does not offer what the case is about: the message says what. */
export class NotApplicable extends Error {}

export function leaveOut(lacks: string): never {
  throw new NotApplicable(lacks);
}

/** Fails with what was seen in one sentence, the right numbers in brackets. */
export function compare(
  { looped, limit, refreshes, sends, reuseAlarms }: Seen,
  { outcomes = [], ...expected }: Expectations,
): void {
  if (looped) fail(loopInWords(limit));
  const hung = outcomes.filter(({ type }) => type === 'hung').length;
  const served = outcomes.filter(isServed).length;
  const all = outcomes.length > 0 && expected.unserved === undefined ? outcomes.length : undefined;
  const facts: [seen: number, right: Count | undefined, words: (count: number) => string][] = [
    [hung, 0, (count) => `${count} hung`],
    [served, expected.served ?? all, (count) => `${count} of ${outcomes.length} served`],
    [
      outcomes.length - hung - served,
      expected.unserved,
      (count) => `${count} of ${outcomes.length} not served`,
    ],
    [refreshes, expected.refreshes, plural('refresh', 'refreshes')],
    [sends.length, expected.sends, plural('send', 'sends')],
    [reuseAlarms, expected.reuseAlarms ?? 0, plural('reuse alarm', 'reuse alarms')],
  ];
  const wrong = facts.filter(([seen, right]) => right !== undefined && !meets(seen, right));
  if (wrong.length === 0) return;
  fail(
    wrong
      .map(([seen, right, words]) => `${words(seen)}${right === 0 ? '' : ` (right: ${inWords(right)})`}`)
      .join(', '),
  );
}

/** Where it would have ended is not known: the server stopped answering. */
export function loopInWords(limit: number): string {
  return `more than ${limit} requests, and no end of them`;
}

function meets(seen: number, right: Count): boolean {
  if (typeof right === 'number') return seen === right;
  return 'atMost' in right ? seen <= right.atMost : seen >= right.atLeast;
}

function inWords(right: Count | undefined): string {
  if (typeof right !== 'object') return String(right);
  return 'atMost' in right ? `at most ${right.atMost}` : `at least ${right.atLeast}`;
}

function plural(one: string, many: string): (count: number) => string {
  return (count) => `${count} ${count === 1 ? one : many}`;
}
