import { copyOfHeaders, setHeader } from '../headers.js';
import type { AxiosHeaders, Config } from '../shapes.js';

/** Of the package `form-data`, which axios makes of plain objects in Node. */
type NodeForm = { getBuffer(): unknown; getHeaders(): Record<string, string> };

/**
 * A form without streams in it is read as often as one likes, but only once as the stream that it also is: its bytes, with
 * the headers that axios would have made of it. Undefined for anything else.
 */
export function bytesOfForm(data: object, config: Config): Partial<Config> | undefined {
  const { getBuffer, getHeaders } = data as Partial<NodeForm>;
  if (typeof getBuffer !== 'function' || typeof getHeaders !== 'function') return undefined;
  try {
    return { data: getBuffer.call(data), headers: withFormHeaders(config, getHeaders.call(data)) };
  } catch {
    // There is a stream in it.
    return undefined;
  }
}

/** As axios does it with a form, and not with its bytes. */
function withFormHeaders(config: Config, added: Record<string, string>): AxiosHeaders {
  const { headers, formDataHeaderPolicy } = config as Config & { formDataHeaderPolicy?: string };
  const copy = copyOfHeaders(headers);
  for (const name of Object.keys(added))
    if (formDataHeaderPolicy !== 'content-only' || /^content-(type|length)$/i.test(name))
      setHeader(copy, name, String(added[name]));
  return copy;
}
