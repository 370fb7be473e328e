/** @throws an `Error` in the words of the suite, of which none may hold a token */
export function fail(expected: string, got: string): never {
  throw new Error(`expected ${expected}, got ${got}`);
}

export function expectThat(isSo: boolean, expected: string, got: string): void {
  if (!isSo) fail(expected, got);
}
