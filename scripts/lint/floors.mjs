/**
 * The floors of the house (ARCHITECTURE.md) as a lint plugin: what each place under `src/` may import.
 * Paths are resolved before they are judged, so that a detour through `../` is no way around a floor.
 */
import { dirname, join, relative, sep } from 'node:path';

/** @typedef {'values' | 'types'} Extent how much may be imported */

/**
 * Files of `session/` that decide and keep nothing. Their values serve the policies too; of the rest, types alone. So that
 * nothing comes in behind them, they take values of `session/` from each other only.
 */
export const PURE = new Set([
  'platform/abort',
  'platform/awaitable',
  'platform/call-safely',
  'platform/headers',
  'tokens/notes',
  'tokens/plain-tokens',
  'tokens/tokens',
]);

/** The rooms of `session/`, each above those that it may import from. `session.ts` is above them all. */
const ROOMS = ['platform', 'tokens', 'state', 'core', 'renewal', 'request'];

/** @param {string} room */
const levelOf = (room) => (ROOMS.includes(room) ? ROOMS.indexOf(room) : ROOMS.length);

/** Of some places certain files are open, and of their others the types. @typedef {Extent | ReadonlySet<string>} Grant */

/** @type {Record<string, Grant>} */
const FOUNDATION = {
  errors: 'values',
  checks: 'values',
  session: 'values',
  sharing: 'values',
  policy: 'values',
};

/** Each place, and the places below it. Its own files are always open to it. */
/** @type {Record<string, Record<string, Grant>>} */
const FLOORS = {
  errors: {},
  checks: { errors: 'values' },
  session: { errors: 'values', checks: 'values' },
  sharing: { errors: 'values', checks: 'values', session: 'values' },
  policy: { errors: 'values', checks: 'values', session: PURE },
  clients: FOUNDATION,
  stores: FOUNDATION,
  testing: FOUNDATION,
  index: FOUNDATION,
};

/** Places whose files are independent of each other: `axios.ts` has `axios/…` to itself, and never sees `fetch.ts`. */
const LEAVES = new Set(['clients', 'stores']);

/** The folder of such a place that holds what several of its leaves are made of. It knows none of them. */
const SHARED = 'common';

/** @param {string} path below `src/`, with forward slashes */
function locate(path) {
  const [place = '', ...inside] = path.replace(/\.[jt]s$/, '').split('/');
  const [room = ''] = inside;
  return { place, room, leaf: inside.join('/'), unit: LEAVES.has(place) ? `${place}/${room}` : place };
}

/**
 * Says what is wrong with an import, or nothing when it is allowed.
 * @param {string} file below `src/`, with forward slashes
 * @param {string} specifier
 * @param {Extent} extent
 */
function judge(file, specifier, extent) {
  const here = locate(file);
  const allowed = FLOORS[here.place];
  if (!allowed) return `src/${here.place} has no floor yet: give it one in scripts/lint/floors.mjs`;
  if (specifier.startsWith('node:')) return `src/ runs everywhere, so it cannot import ${specifier}`;
  if (!specifier.startsWith('.')) {
    return extent === 'types'
      ? undefined
      : `src/ has no dependency: import ${specifier} by \`import type\` alone`;
  }
  const there = locate(join(dirname(file), specifier).split(sep).join('/'));
  if (there.place === 'session' && here.place === 'session' && levelOf(there.room) > levelOf(here.room)) {
    return `src/session/${here.room} may not import from src/session/${there.room}, which stands on it`;
  }
  if (there.unit === here.unit && here.place === 'session' && PURE.has(here.leaf)) {
    return isOpen(PURE, there.leaf, extent)
      ? undefined
      : `src/session/${here.leaf} is pure, and src/session/${there.leaf} is not: it may import types from there`;
  }
  if (there.unit === here.unit || there.unit === `${here.place}/${SHARED}`) return undefined;
  if (there.place === here.place) {
    return here.unit === `${here.place}/${SHARED}`
      ? `${here.unit} is what leaves are made of: it may not import ${there.unit}`
      : `${here.unit} and ${there.unit} are leaves: neither may import the other`;
  }
  const granted = allowed[there.place];
  if (granted === undefined) return `src/${here.place} may not import from src/${there.place}`;
  if (isOpen(granted, there.leaf, extent)) return undefined;
  const open = typeof granted === 'string' ? '' : `values from ${[...granted].join(', ')}, `;
  return `src/${here.place} may import ${open}types from src/${there.place}, and nothing else`;
}

/**
 * @param {Grant} granted
 * @param {string} leaf
 * @param {Extent} extent
 */
function isOpen(granted, leaf, extent) {
  if (extent === 'types' || granted === 'values') return true;
  return granted !== 'types' && granted.has(leaf);
}

const floors = {
  /** @param {{ filename: string, cwd: string, report(problem: { node: object, message: string }): void }} context */
  create(context) {
    const [root, ...rest] = relative(context.cwd, context.filename).split(sep);
    if (root !== 'src') return {};
    const file = rest.join('/');

    /** @param {{ source?: { value?: string } | null, importKind?: string, exportKind?: string, type: string }} node */
    const check = (node) => {
      const specifier = node.source?.value;
      if (specifier === undefined) return;
      const isTypes = [node.importKind, node.exportKind].includes('type') || node.type === 'TSImportType';
      const message = judge(file, specifier, isTypes ? 'types' : 'values');
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
      TSImportType: check,
    };
  },
};

export default { meta: { name: 'holdfast' }, rules: { floors } };
