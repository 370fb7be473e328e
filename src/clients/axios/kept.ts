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
  if (!isPlain(value)) return COPIED.some((kind) => isKind(value, kind)) ? copyOf(value) : value;
  let copy: Record<string, unknown> | undefined = isInArray ? { ...value } : undefined;
  for (const [name, part] of Object.entries(value)) {
    const own = kept(part, isInArray);
    if (own !== part) (copy ??= { ...value })[name] = own;
  }
  return copy ?? value;
}

/** Another one of the same kind. */
export function copyOf(value: object): object {
  if (Array.isArray(value)) return value.slice();
  const kind = COPIED.find((name) => isKind(value, name));
  if (kind) {
    const Kind = (globalThis as unknown as Record<string, typeof Map | undefined>)[kind];
    const prototype = Object.getPrototypeOf(value) as { constructor: new (from: object) => object };
    // That of another realm is made by its own; a class of the caller's own may be made of something else.
    if (!Kind || !(value instanceof Kind)) return new prototype.constructor(value);
    return Object.setPrototypeOf(new Kind(value as Map<unknown, unknown>), prototype) as object;
  }
  return Object.assign(Object.create(Object.getPrototypeOf(value) as object | null) as object, value);
}

/** By its tag: not every platform has all of them, and there may be several of one. */
export function isKind(value: unknown, kind: string): boolean {
  return Object.prototype.toString.call(value) === `[object ${kind}]`;
}

export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
