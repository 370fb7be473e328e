import { inspect } from 'node:util';

/**
 * What an HTTP client keeps in its errors of the request that it made, under the names that axios, ky and others have
 * for it. The header is in there because that client was told to send it, and who prints it prints a request.
 */
const KEPT_BY_CLIENTS = ['config', 'request', 'response', 'options'];

const DEPTH = 12;

/** What a logger, a reporter or a careless developer would print of a value. */
export function printed(value: unknown): string {
  const { message, stack } = (value ?? {}) as Partial<Error>;
  const texts = [() => String(value), () => inspect(value, { depth: DEPTH }), () => JSON.stringify(value)];
  return [message, stack, ...texts.map(orNothing)].join('\n');
}

/** The same of an error, without the request that it is about; also in what it was caused by. */
export function printedError(error: unknown): string {
  leaveRequestsOut(error, new Set());
  return printed(error);
}

function leaveRequestsOut(value: unknown, seen: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  for (const name of KEPT_BY_CLIENTS) Reflect.deleteProperty(value, name);
  for (const name of Reflect.ownKeys(value)) {
    const held: unknown = Reflect.getOwnPropertyDescriptor(value, name)?.value;
    for (const each of [held].flat()) if (each instanceof Error) leaveRequestsOut(each, seen);
  }
}

/** Some values have no text, or point to themselves, and print nothing. */
function orNothing(print: () => string): string {
  try {
    return print();
  } catch {
    return '';
  }
}
