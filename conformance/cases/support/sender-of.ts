import type { Arrival } from '../../server/arrivals.js';

/** The user whose access token a request carries, wherever it carries it; undefined without one. */
export function senderOf({ url, headers }: Arrival): string | undefined {
  const [, claims] = /eyJ[\w-]*\.([\w-]+)\.[\w-]+/.exec([url, ...Object.values(headers)].join('\n')) ?? [];
  if (claims === undefined) return undefined;
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub: string }).sub;
}
