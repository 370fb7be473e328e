import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';
import ts from 'typescript';
import { root } from '../../scripts/run.mjs';
import manifest from '../../package.json' with { type: 'json' };

/** What a page may name. */
export type Tree = {
  /** From the root, with forward slashes. */
  readonly files: readonly string[];
  /** Of the code. */
  readonly words: ReadonlySet<string>;
  /** What `npm run` can run. */
  readonly scripts: ReadonlySet<string>;
  /** What an app imports: `holdfast/axios`. */
  readonly entries: ReadonlySet<string>;
};

/** Folders that are made, and those of Git and of editors. */
const SKIPPED = /^(node_modules|dist|coverage|\..+)$/;
const CONFIGURATION = /^\.(ci|npmrc|ox\w+\.json|size-limit\.json)$/;
const CODE = new Set(['.ts', '.mts', '.cts', '.mjs']);
const WORD = /[A-Za-z_$][\w$]*/g;
/** Whose words are taken as they stand. */
const OTHER_CODE = new Set(['.pml', '.vue', '.json']);

/** Every file, and the words of the code in some folders. */
export async function readTree(folders: readonly string[]): Promise<Tree> {
  repository ??= filesBelow(root);
  const words = await Promise.all(folders.map((folder) => wordsBelow(folder)));
  return {
    files: await repository,
    words: new Set(words.flatMap((each) => [...each])),
    scripts: new Set(Object.keys(manifest.scripts)),
    entries: new Set(Object.keys(manifest.exports).map((entry) => entry.replace('.', manifest.name))),
  };
}

let repository: Promise<string[]> | undefined;
const wordsOf = new Map<string, Promise<Set<string>>>();

function wordsBelow(folder: string): Promise<Set<string>> {
  const known = wordsOf.get(folder) ?? readWords(folder);
  wordsOf.set(folder, known);
  return known;
}

async function readWords(folder: string): Promise<Set<string>> {
  const all = (await repository) ?? [];
  const own = all.filter((file) => file === folder || file.startsWith(`${folder}/`));
  const words = await Promise.all(
    own.map(async (file) => [...plainWords(basename(file)), ...(await wordsInFile(file))]),
  );
  return new Set(words.flat());
}

async function wordsInFile(file: string): Promise<readonly string[]> {
  const isCode = CODE.has(extname(file));
  if (!isCode && !OTHER_CODE.has(extname(file))) return [];
  const text = await readFile(join(root, file), 'utf8');
  return isCode ? wordsIn(text) : plainWords(text);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const own = entries.filter(({ name }) => !SKIPPED.test(name) || CONFIGURATION.test(name));
  const files = own
    .filter((entry) => entry.isFile())
    .map(({ name }) => relative(root, join(folder, name)).replaceAll('\\', '/'));
  const folders = own.filter((entry) => entry.isDirectory());
  const below = await Promise.all(folders.map(({ name }) => filesBelow(join(folder, name))));
  return [...files, ...below.flat()];
}

function plainWords(text: string): string[] {
  return text.match(WORD) ?? [];
}

/**
 * The words that code is made of. What only a comment speaks of does not exist, and neither does what a sentence in a
 * string is about.
 */
export function wordsIn(code: string): string[] {
  const words: string[] = [];
  function visit(node: ts.Node): void {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) words.push(node.text);
    else if (ts.isStringLiteralLike(node) && !node.text.includes(' ')) words.push(...plainWords(node.text));
    ts.forEachChild(node, visit);
  }
  visit(ts.createSourceFile('code.ts', code, ts.ScriptTarget.ESNext));
  return words;
}

/** What stands in backticks, and the commands of a fenced block for a shell, each once. Other blocks are compiled. */
export function spansIn(page: string): string[] {
  const text = page.replaceAll(/^```[^]*?^```$/gm, '');
  const shells = [...page.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, lines = '']) => lines);
  return [
    ...new Set([
      ...[...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span),
      ...[...shells.join('').matchAll(/^((?:npm|npx|node) [^#\n]*?) *(?:#.*)?$/gm)].map(
        ([, line = '']) => line,
      ),
    ]),
  ];
}

/** The names in one span that nothing in the tree has. */
export function unknownIn(span: string, tree: Tree): string[] {
  const [program = '', ...rest] = span.split(' ');
  if (program === 'npm' || program === 'npx' || program === 'node')
    return unknownInCommand(program, rest, tree);
  if (isPath(span)) return hasPath(span, tree) ? [] : [span];
  // A header is looked for in the case in which code compares it; what is quoted is an example.
  const names = /^[A-Z]\w*(-[A-Z]\w*)+$/.test(span) ? span.toLowerCase() : span.replaceAll(/'[^']*'/g, '');
  return plainWords(names).filter((word) => !tree.words.has(word));
}

function unknownInCommand(program: string, words: readonly string[], tree: Tree): string[] {
  const [first = '', second = ''] = words;
  const script = first === 'run' ? second : first;
  const isScript = program === 'npm' && !['ci', 'install'].includes(script);
  return [
    ...(isScript && script !== '' && !tree.scripts.has(script) ? [script] : []),
    ...words.filter((word) => isPath(word) && !hasPath(word, tree)),
    ...words.filter((word) => /^--\w/.test(word) && !plainWords(word).every((each) => tree.words.has(each))),
  ];
}

/** A file by its ending, a folder by its slashes: `renewal.ts`, `.browser.test.ts`, `axios/attempt.ts`, `common/`, `test/docs`. */
function isPath(word: string): boolean {
  return /^[\w./*-]+\.(ts|mjs|js|json|md|pml|svg)$/.test(word) || /^[\w.-]+\/([\w./-]*)$/.test(word);
}

/** Whether it is a file, a folder or an entry, told from the root or by its last parts. A star stands for any name. */
function hasPath(path: string, { files, entries }: Tree): boolean {
  if (entries.has(path)) return true;
  // Somewhere else: an example.
  if (path.startsWith('../')) return true;
  if (path.startsWith('./')) return files.includes(path.slice(2));
  if (path.startsWith('.') && files.some((file) => file.endsWith(path))) return true;
  const parts = path.replace(/\/$/, '').split('*');
  const pattern = parts.map((part) => part.replaceAll('.', String.raw`\.`)).join('[^/]*');
  return files.some((file) => new RegExp(`(^|/)${pattern}(/|$)`).test(file));
}
