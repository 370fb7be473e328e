import { invalidOption } from './errors.js';

/** What an option has to be, in words, and whether a value is that. */
export type Rule = readonly [expected: string, fits: (value: unknown) => boolean];

export const A_FUNCTION: Rule = ['a function', (value) => typeof value === 'function'];
export const AN_OBJECT: Rule = ['an object', (value) => typeof value === 'object' && value !== null];

export const numberFrom = (least: number, most: number = Number.MAX_VALUE): Rule => [
  `a number of at least ${least}${most === Infinity ? ', or Infinity' : ''}`,
  (value) => typeof value === 'number' && value >= least && value <= most,
];

export const oneOf = (...names: readonly string[]): Rule => [
  names.map((name) => `'${name}'`).join(' or '),
  (value) => names.includes(value as string),
];

/**
 * Every option that is there is what its rule says, those that are `required` are there, and, unless it is `open`, no
 * other is. @throws `invalid-option`
 */
export function checkOptions(
  path: string,
  options: unknown,
  rules: Readonly<Record<string, Rule>>,
  required: readonly string[] = [],
  open = false,
): void {
  if (!AN_OBJECT[1](options)) throw invalidOption(path || 'options', AN_OBJECT[0], options);
  const prefix = path && `${path}.`;
  const given = options as Record<string, unknown>;
  for (const [name, [expected, fits]] of Object.entries(rules)) {
    const value = given[name];
    if (value === undefined && !required.includes(name)) continue;
    if (!fits(value)) throw invalidOption(prefix + name, expected, value);
  }
  const unknown = open ? undefined : Object.keys(given).find((name) => !(name in rules));
  if (unknown !== undefined) {
    throw invalidOption(prefix + unknown, `one of ${Object.keys(rules).join(', ')}`, unknown, 'another name');
  }
}
