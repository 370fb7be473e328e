import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../../scripts/run.mjs';
import manifest from '../../package.json' with { type: 'json' };
import type { Page } from './pages.js';

export type Example = {
  /** The page and the line it begins on. */
  readonly name: string;
  readonly code: string;
};

/** The `ts` blocks of a page: of a Markdown file, or of the doc comments of a source file. */
export function examplesOf({ path, text }: Page): Example[] {
  const isSource = path.endsWith('.ts');
  const block = isSource ? /^ *\* ```ts\n(.*?)^ *\* ```$/gms : /^```ts\n(.*?)^```$/gms;
  return [...text.matchAll(block)].map(({ index, 1: body = '' }) => ({
    name: `${path}:${text.slice(0, index).split('\n').length}`,
    code: isSource ? body.replaceAll(/^ *\* ?/gm, '') : body,
  }));
}

/**
 * What the compiler has to say about each example, as a strict program of somebody who installed the package would hear
 * it. One program for all that run anywhere and one for those of Node: the libraries are read once.
 */
export function problemsIn(examples: readonly Example[]): string[] {
  const isForNode = ({ code }: Example): boolean => code.includes(`from 'node:`);
  return [
    ...problemsWith(
      BROWSER,
      examples.filter((example) => !isForNode(example)),
    ),
    ...problemsInNode(examples.filter(isForNode)),
  ];
}

/** The same in a program that knows the types of Node and none of a browser: its `Response.json()` is unknown, say. */
export function problemsInNode(examples: readonly Example[]): string[] {
  return problemsWith(NODE, examples);
}

type Platform = Pick<ts.CompilerOptions, 'lib' | 'types'>;

const BROWSER: Platform = { lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'], types: [] };
const NODE: Platform = { lib: ['lib.es2022.d.ts'], types: ['node'] };

function problemsWith(platform: Platform, examples: readonly Example[]): string[] {
  const files = new Map(
    examples.map((example, index) => [join(root, `example-${index}.ts`), example] as const),
  );
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    ...platform,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    noEmit: true,
    paths: sourcesOfEntries(),
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.getSourceFile = (path, settings, ...rest) => {
    const example = files.get(path);
    return example
      ? ts.createSourceFile(path, asModule(example.code), settings)
      : getSourceFile(path, settings, ...rest);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([path, { name }]) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  });
}

/** `holdfast/axios` → `src/clients/axios.ts`: the pages follow the sources, built or not. */
export function sourcesOfEntries(): Record<string, string[]> {
  const entries = Object.entries(manifest.exports).flatMap(([entry, target]) =>
    typeof target === 'string' ? [] : [[entry.replace('.', manifest.name), target.import.types] as const],
  );
  return Object.fromEntries(
    entries.map(([name, types]) => [
      name,
      [join(root, types.replace(/\/dist\/(esm|cjs)\//, '/src/').replace(/\.d\.ts$/, '.ts'))],
    ]),
  );
}

/** An example without imports has names of its own all the same. */
function asModule(code: string): string {
  return `${code}\nexport {};\n`;
}
