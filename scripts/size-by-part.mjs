/**
 * `npm run size` ends with it: what each part of Holdfast costs in the bundles of `.size-limit.json`, in minified bytes.
 * Folders first, then their files. size-limit says what a bundle weighs, minified and gzipped, and whether that fits: the
 * bytes here are before gzip, which has no share for each file.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';
import { table } from './table.mjs';

/** @typedef {{ readonly name: string, readonly import: Readonly<Record<string, string>> }} Bundle */
/** @typedef {ReadonlyMap<string, number>} Parts minified bytes by file, from `dist/esm/`; what a bundler adds is `(glue)` */

const BUILT = join(root, 'dist/esm');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  /** @type {Bundle[]} */
  const bundles = JSON.parse(await readFile(join(root, '.size-limit.json'), 'utf8'));
  const parts = await Promise.all(bundles.map(partsOf));
  console.log(
    byPart(
      bundles.map(({ name }) => name),
      parts,
    ),
  );
}

/**
 * @param {Bundle} bundle
 * @returns {Promise<Parts>}
 */
async function partsOf({ import: imports }) {
  const { build } = await import('esbuild');
  const { metafile } = await build({
    stdin: {
      contents: Object.entries(imports)
        .map(([file, names]) => `export ${names} from './${file}';`)
        .join('\n'),
      resolveDir: root,
    },
    absWorkingDir: root,
    external: ['axios'],
    bundle: true,
    minify: true,
    metafile: true,
    write: false,
    format: 'esm',
    logLevel: 'error',
  });
  const [output] = Object.values(metafile.outputs);
  if (!output) throw new Error('esbuild made no bundle');
  /** @type {Map<string, number>} */
  const parts = new Map();
  let rest = output.bytes;
  for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
    // A barrel leaves nothing, and what stands in for the app is glue.
    if (bytesInOutput === 0 || !file.startsWith('dist/')) continue;
    parts.set(relative(BUILT, join(root, file)), bytesInOutput);
    rest -= bytesInOutput;
  }
  return parts.set('(glue)', rest);
}

/**
 * One column for each bundle: bytes, and their share of it.
 * @param {readonly string[]} names
 * @param {readonly Parts[]} bundles
 */
export function byPart(names, bundles) {
  const totals = bundles.map((parts) => sum([...parts.values()]));
  const files = costsBy((file) => file, bundles);
  const rows = costsBy(folderOf, bundles).flatMap((folder) => {
    const within = files.filter(({ title }) => title !== folder.title && folderOf(title) === folder.title);
    return [folder, ...within.map(({ title, costs }) => ({ title: `  ${basename(title)}`, costs }))];
  });
  return table(
    ['part', ...names],
    [...rows, { title: 'all', costs: totals }].map(({ title, costs }) => [
      title,
      ...costs.map((bytes, index) => (bytes === 0 ? '' : withShare(bytes, totals[index] ?? 0))),
    ]),
  );
}

/**
 * What the files of each key cost together, bundle by bundle; the dearest first.
 * @param {(file: string) => string} keyOf
 * @param {readonly Parts[]} bundles
 */
function costsBy(keyOf, bundles) {
  const keys = new Set(bundles.flatMap((parts) => [...parts.keys()].map(keyOf)));
  const rows = [...keys].map((title) => ({
    title,
    costs: bundles.map((parts) =>
      sum([...parts].map(([file, bytes]) => (keyOf(file) === title ? bytes : 0))),
    ),
  }));
  return rows.sort((a, b) => Math.max(...b.costs) - Math.max(...a.costs));
}

/**
 * That of `session/guard.js` is `session/`; what lies beside the folders stands for itself.
 * @param {string} file
 */
function folderOf(file) {
  return dirname(file) === '.' ? file : `${dirname(file)}/`;
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, each) => total + each, 0);
}

/**
 * A number of bytes and its share, of the same width in every row.
 * @param {number} bytes
 * @param {number} total
 */
function withShare(bytes, total) {
  const share = `${((bytes / total) * 100).toFixed(1)} %`;
  return `${String(bytes).padStart(6)} ${share.padStart(7)}`;
}
