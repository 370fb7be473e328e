import { DroppedAnswerError } from 'holdfast/testing';
import type { BulkBodies } from './bulk-bodies.js';

/** A reply that a case wants instead of the server's own. */
export type PlannedReply = {
  /** For URLs that start so. */
  readonly prefix: string;
  /**
   * `dead-token`: where the server would refuse the token; a good one gets the server's own answer.
   * `live-token`: the other way round. `always`: whatever the token.
   */
  readonly when: 'dead-token' | 'live-token' | 'always';
  /** How many requests get it. @default all */
  readonly times?: number;
  /** `cut`: none at all, the connection is reset instead, and nothing was spent. */
  readonly status: number | 'cut';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is a string. */
  readonly body?: unknown;
  /** Sends an empty object after so many bytes of blanks in its place, as fast as the client takes them. */
  readonly bytes?: number;
};

export interface PlannedReplies {
  add(plan: PlannedReply): void;
  /**
   * The reply planned for this request, if any. The token is judged only where a plan depends on it.
   *
   * @throws `DroppedAnswerError` where the connection is to be cut
   */
  take(url: string, isTokenGood: () => boolean): Response | undefined;
  /** Forgets the plans for URLs that start with `prefix`. */
  forget(prefix: string): void;
}

export function createPlannedReplies(bulk: BulkBodies): PlannedReplies {
  let plans: { readonly plan: PlannedReply; left: number }[] = [];
  return {
    add: (plan) => void plans.push({ plan, left: plan.times ?? Infinity }),
    take(url, isTokenGood) {
      const candidates = plans.filter(({ plan, left }) => left > 0 && url.startsWith(plan.prefix));
      const known = candidates.some(({ plan }) => plan.when !== 'always') && isTokenGood();
      const found = candidates.find(
        ({ plan: { when } }) => when === 'always' || (when === 'live-token') === known,
      );
      if (!found) return undefined;
      found.left -= 1;
      return responseOf(found.plan, bulk);
    },
    forget: (prefix) => void (plans = plans.filter(({ plan }) => !plan.prefix.startsWith(prefix))),
  };
}

function responseOf({ status, headers = {}, body, bytes }: PlannedReply, bulk: BulkBodies): Response {
  if (status === 'cut') throw new DroppedAnswerError('the connection was cut');
  if (bytes !== undefined) return new Response(bulk.make(bytes), { status, headers });
  if (body === undefined) return new Response(null, { status, headers });
  const isText = typeof body === 'string';
  const type: Record<string, string> = isText ? {} : { 'content-type': 'application/json' };
  return new Response(isText ? body : JSON.stringify(body), { status, headers: { ...type, ...headers } });
}
