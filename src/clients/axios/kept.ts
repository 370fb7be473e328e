import { isKind } from '../../policy/bodies.js';

/** What holds its content within, so that only its own constructor makes a copy of it. */
const COPIED = ['URLSearchParams', 'Map', 'Set', 'Date'];

/**
 * `value` as it is now. A request may be held until its caller has long used what it was made of for something else.
 * axios makes copies of plain objects, but of nothing in an array. What a class made stays: it may have more to it than
 * a copy would get.
 */
export function kept(value: unknown, isInArray = false): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => kept(part, true));
  if (!isPlain(value)) return kindOf(value) ? anotherOf(value) : value;
  let copy: Record<string, unknown> | undefined = isInArray ? { ...value } : undefined;
  for (const [name, part] of Object.entries(value)) {
    const own = kept(part, isInArray);
    if (own !== part) (copy ??= { ...value })[name] = own;
  }
  return copy ?? value;
}

/** Another one of the same kind. */
export function anotherOf<Value extends object>(value: Value): Value {
  if (Array.isArray(value)) return value.slice() as Value & unknown[];
  const prototype = Object.getPrototypeOf(value) as { constructor: new (from: object) => Value };
  const kind = kindOf(value);
  if (!kind) return Object.assign(Object.create(prototype) as Value, value);
  const Kind = (globalThis as unknown as Record<string, typeof Map | undefined>)[kind];
  // That of another realm is made by its own; a class of the caller's own may be made of something else.
  if (!Kind || !(value instanceof Kind)) return new prototype.constructor(value);
  return Object.setPrototypeOf(new Kind(value), prototype) as Value;
}

function kindOf(value: object): string | undefined {
  return COPIED.find((kind) => isKind(value, kind));
}

export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
