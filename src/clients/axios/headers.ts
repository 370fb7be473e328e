import type { AxiosHeaders } from './shapes.js';

/** Before axios 1.0 headers are a plain object, in which a name may stand in any case. */
export function setHeader(headers: AxiosHeaders, name: string, value: string): void {
  if (typeof headers.set === 'function') headers.set(name, value);
  else {
    deleteHeaders(headers, [name]);
    headers[name] = value;
  }
}

/** Of the same class: before axios 1.0 they have none. */
export function copyOfHeaders(headers: AxiosHeaders): AxiosHeaders {
  return Object.assign(Object.create(Object.getPrototypeOf(headers) as object) as AxiosHeaders, headers);
}

export function deleteHeaders(headers: object, dropped: readonly string[]): void {
  const names = new Set(dropped.map((name) => name.toLowerCase()));
  for (const name of Object.keys(headers))
    if (names.has(name.toLowerCase())) Reflect.deleteProperty(headers, name);
}
