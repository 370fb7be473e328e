export type Deferred<Value> = {
  readonly promise: Promise<Value>;
  resolve(value: Value): void;
};

/** A promise that the case settles itself. */
export function deferred<Value>(): Deferred<Value> {
  let settle: (value: Value) => void = () => {};
  const promise = new Promise<Value>((resolve) => (settle = resolve));
  return { promise, resolve: (value) => settle(value) };
}
