import type { Arrival } from '../../server/arrivals.js';

/** The bytes of a body, comparable where it is a form: that has another boundary each time it is sent. */
export function contentsOf({ body, headers }: Arrival): string {
  const bytes = Buffer.from(body, 'base64').toString('latin1');
  const boundary = boundaryIn(headers);
  return boundary === undefined ? bytes : bytes.replaceAll(boundary, 'BOUNDARY');
}

export function contentTypeOf({ headers }: Arrival): string {
  const boundary = boundaryIn(headers);
  const type = headers['content-type'] ?? '';
  return boundary === undefined ? type : type.replace(boundary, 'BOUNDARY');
}

function boundaryIn(headers: Arrival['headers']): string | undefined {
  return /boundary="?([^";]+)/.exec(headers['content-type'] ?? '')?.[1];
}
