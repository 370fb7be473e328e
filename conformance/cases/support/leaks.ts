import type { Arrival } from '../../server/arrivals.js';

/** Whether a request has one of these tokens in it, wherever that may be. */
export function carriesAny({ url, headers, body }: Arrival, tokens: readonly string[]): boolean {
  const text = [url, JSON.stringify(headers), Buffer.from(body, 'base64').toString()].join('\n');
  return tokens.some((token) => text.includes(token) || text.includes(Buffer.from(token).toString('base64')));
}
