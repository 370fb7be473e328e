import { inspect } from 'node:util';

/**
 * Every string that a logger, a reporter or a careless developer could print of a value: what `inspect` and JSON show,
 * and all that is reached by properties which tell of themselves.
 */
export function reachable(value: unknown): string {
  return [inspect(value, { depth: 12, maxStringLength: null }), asJson(value), ...stringsIn(value)].join(
    '\n',
  );
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    // What goes round in circles cannot be printed like this.
    return '';
  }
}

function stringsIn(root: unknown): string[] {
  const found: string[] = [];
  const seen = new Set<unknown>();
  const left: unknown[] = [root];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string') found.push(value);
    if (value instanceof Uint8Array) found.push(Buffer.from(value).toString('latin1'));
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Error) left.push(value.message, value.stack, value.cause);
    if (value instanceof Map || value instanceof Set) left.push(...value.entries());
    if (value instanceof Headers || value instanceof URLSearchParams) left.push(...value);
    if (value instanceof URL) left.push(value.href);
    for (const key of Reflect.ownKeys(value)) {
      const property = Reflect.getOwnPropertyDescriptor(value, key);
      if (property?.enumerable) left.push(key, (value as Record<string | symbol, unknown>)[key]);
    }
  }
  return found;
}
