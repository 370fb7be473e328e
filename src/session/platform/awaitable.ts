export type Awaitable<Value> = Value | PromiseLike<Value>;

export function isThenable<Value>(value: Awaitable<Value>): value is PromiseLike<Value> {
  return typeof (value as PromiseLike<Value> | null)?.then === 'function';
}
