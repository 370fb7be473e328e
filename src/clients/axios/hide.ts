/** Out of what loggers print, and no more than that: who knows of it still finds it. */
export function hide(holder: object, key: string | symbol): void {
  if (Object.hasOwn(holder, key)) Reflect.defineProperty(holder, key, { enumerable: false });
}
