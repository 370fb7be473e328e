import type { Arrival } from '../../server/arrivals.js';
import { claimsOf } from './claims-of.js';

/** The user whose access token a request carries, wherever it carries it; undefined without one. */
export function senderOf({ url, headers }: Arrival): string | undefined {
  const [token] = /eyJ[\w-]*\.[\w-]+\.[\w-]+/.exec([url, ...Object.values(headers)].join('\n')) ?? [];
  return token && claimsOf(token).sub;
}
