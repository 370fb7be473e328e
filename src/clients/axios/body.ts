import { copyOfForm } from '../../policy/bodies.js';
import { setHeader } from './headers.js';
import { isKind, kept } from './kept.js';
import { keptParams } from './params.js';
import type { AxiosHeaders, Config } from './shapes.js';

/** Of the package `form-data`, which axios makes of plain objects in Node. */
type NodeForm = { getBuffer(): unknown; getHeaders(): Record<string, string> };

/**
 * The request as its caller meant it: what axios would read at the call is read at the call, and what is held or sent
 * again is that. Costs nothing for what nobody can change any more.
 */
export function asCalled(config: Config): Config {
  const { url, params, data } = config;
  if (typeof url === 'string' && !params && !isObject(data)) return config;
  const own: Partial<Config> = {};
  if (url !== undefined && typeof url !== 'string') own.url = String(url);
  if (params) own.params = keptParams(params);
  if (isObject(data)) Object.assign(own, keptBody(data, config));
  for (const key in own)
    if (own[key as keyof Config] !== config[key as keyof Config]) return { ...config, ...own };
  return config;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function keptBody(data: object, { headers, ...config }: Config): Partial<Config> {
  const form = bytesOfForm(data);
  if (form) return { data: form.bytes, headers: withFormHeaders(headers, form.headers, config) };
  if (isKind(data, 'FormData') && Symbol.iterator in data) return { data: copyOfForm(data as FormData) };
  if (isKind(data, 'ArrayBuffer')) return { data: (data as ArrayBuffer).slice(0) };
  return { data: ArrayBuffer.isView(data) ? copyOfView(data) : kept(data) };
}

/** A form without streams in it is read as often as one likes, but only once as the stream that it also is. */
function bytesOfForm(data: object): { bytes: unknown; headers: Record<string, string> } | undefined {
  const { getBuffer, getHeaders } = data as Partial<NodeForm>;
  if (typeof getBuffer !== 'function' || typeof getHeaders !== 'function') return undefined;
  try {
    return { bytes: getBuffer.call(data), headers: getHeaders.call(data) };
  } catch {
    // There is a stream in it.
    return undefined;
  }
}

/** As axios does it with a form, and not with its bytes. */
function withFormHeaders(headers: AxiosHeaders, added: Record<string, string>, config: object): AxiosHeaders {
  const { formDataHeaderPolicy } = config as { formDataHeaderPolicy?: string };
  const copy = Object.assign(
    Object.create(Object.getPrototypeOf(headers) as object) as AxiosHeaders,
    headers,
  );
  for (const name of Object.keys(added))
    if (formDataHeaderPolicy !== 'content-only' || /^content-(type|length)$/i.test(name))
      setHeader(copy, name, String(added[name]));
  return copy;
}

function copyOfView(view: ArrayBufferView): ArrayBufferView {
  const { buffer, byteOffset, byteLength, constructor } = view;
  // A `Buffer` is made by no `new`.
  if (isKind(view, 'Uint8Array')) {
    const copy = new Uint8Array(view as Uint8Array);
    return Object.setPrototypeOf(copy, Object.getPrototypeOf(view) as object) as Uint8Array;
  }
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
  return new (constructor as DataViewConstructor)(bytes as ArrayBuffer);
}
