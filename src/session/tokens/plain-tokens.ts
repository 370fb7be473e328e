import { invalidOption } from '../../errors.js';

/** Deeper than any tokens; what goes on for ever, as a cycle does, ends here. */
const DEEPEST = 50;
const NO_DATA: readonly string[] = ['function', 'symbol', 'bigint'];

/**
 * Tokens as plain data of the session's own, copied once where they enter: a Proxy is read through, a getter is read,
 * and of a class instance its own fields remain. So every store keeps the same, JSON or not, and nobody changes what is
 * sent by changing what was handed in, or, since it is frozen, what was handed out.
 *
 * Fields that are undefined are left out, as JSON does; so is an own `__proto__`, which a careless copy would obey.
 *
 * @param name what is copied, as the error is to call it
 * @throws `invalid-option` that names the key of what JSON cannot hold: a function, symbol, bigint or cycle, a `Date`,
 * `Map` or another object whose data is not in its fields
 */
export function plainTokens<T>(tokens: T, name: string): T {
  const path: string[] = [];
  let got = '';

  function copyOfField(object: object, key: string): unknown {
    path.push(key);
    got = 'what cannot be read';
    const field = copy((object as Record<string, unknown>)[key]);
    path.pop();
    return field;
  }

  function copy(value: unknown): unknown {
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    got = `something of the kind ${kind}`;
    if (typeof value !== 'object' || value === null) {
      return NO_DATA.includes(typeof value) ? refuse() : value;
    }
    if (path.length > DEEPEST) refuse();
    if (Array.isArray(value)) {
      return Object.freeze(Array.from(value, (_, index) => copyOfField(value, String(index)) ?? null));
    }
    const names = Object.keys(value).filter((key) => key !== '__proto__');
    // A click event, a Map or a `Response` in the place of what it holds; a class that hides what it has.
    if (kind !== 'Object' || (names.length === 0 && !isPlain(value))) refuse();
    const fields = names.map((key) => [key, copyOfField(value, key)] as const);
    return Object.freeze(Object.fromEntries(fields.filter(([, field]) => field !== undefined)));
  }

  try {
    return copyOfField({ [name]: tokens }, name) as T;
  } catch {
    // Whatever a getter or a Proxy throws may quote what it was to hand out.
    throw invalidOption(path.join('.'), 'plain data, as in JSON', undefined, got);
  }
}

function refuse(): never {
  throw new TypeError();
}

/** The same for what a store handed out; where a store makes more of it than plain data, that is its own affair. */
export function storedTokens<T>(tokens: T): T {
  try {
    return plainTokens(tokens, '');
  } catch {
    return tokens;
  }
}

/** Whether it is an object of no class, of whichever realm. */
export function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Plain data anew, so that nobody changes what is kept; what is no plain data stays the same object. */
export function copyOf<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as Value;
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, copyOf(field)])) as Value;
}
