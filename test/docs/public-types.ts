import ts from 'typescript';
import { sourcesOfEntries } from './examples.js';

/** What a user may write or read: an option, a member of a session, a field of an event. */
export type Member = {
  readonly name: string;
  readonly isOptional: boolean;
  /** What its `@default` says, '' where there is none. */
  readonly default: string;
  readonly type: ts.Type;
};

const sources = sourcesOfEntries();
/** What users import from: `holdfast`, `holdfast/axios` and so on. */
export const entries = Object.keys(sources);

const program = ts.createProgram(Object.values(sources).flat(), {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
});
const checker = program.getTypeChecker();

/** The functions, classes and constants that an entry exports. */
export function valuesOf(entry: string): string[] {
  const values = exportsOf(entry).filter((symbol) => resolved(symbol).flags & ts.SymbolFlags.Value);
  return values.map(({ name }) => name);
}

/** The members of an exported type. */
export function membersOf(entry: string, name: string): Member[] {
  return membersIn(typeOf(entry, name));
}

/** The members of each object that an exported union consists of. */
export function alternativesOf(entry: string, name: string): Member[][] {
  const type = typeOf(entry, name);
  return (type.isUnion() ? type.types : [type]).map(membersIn);
}

/** The strings that an exported type allows. */
export function literalsOf(entry: string, name: string): string[] {
  return literalsIn(typeOf(entry, name));
}

export function literalsIn(type: ts.Type): string[] {
  const types = type.isUnion() ? type.types : [type];
  return types.flatMap((it) => (it.isStringLiteral() ? [it.value] : []));
}

export function membersIn(type: ts.Type): Member[] {
  return checker.getPropertiesOfType(type).map((symbol) => ({
    name: symbol.name,
    isOptional: (symbol.flags & ts.SymbolFlags.Optional) !== 0,
    default: symbol
      .getJsDocTags(checker)
      .filter((tag) => tag.name === 'default')
      .map((tag) => ts.displayPartsToString(tag.text))
      .join(' '),
    type: checker.getTypeOfSymbol(symbol),
  }));
}

function typeOf(entry: string, name: string): ts.Type {
  const symbol = exportsOf(entry).find((it) => it.name === name);
  if (!symbol) throw new TypeError(`expected ${entry} to export ${name}`);
  return checker.getDeclaredTypeOfSymbol(resolved(symbol));
}

function exportsOf(entry: string): ts.Symbol[] {
  const source = program.getSourceFile(sources[entry]?.[0] ?? '');
  const symbol = source && checker.getSymbolAtLocation(source);
  return symbol ? checker.getExportsOfModule(symbol) : [];
}

function resolved(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
