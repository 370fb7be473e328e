import type { HeaderOf } from '../session/platform/headers.js';

/** In bytes: no answer with a code in it is longer, and what is longer is not read for one. */
const LONGEST = 1_048_576;

// Downloads, media, and what goes on for ever: nobody looks for a code in those. `vnd.` are the files of office suites.
const NO_ANSWER =
  /^(?:image|audio|video|font|model|multipart)\/|event-stream|octet-stream|json-?(?:l\b|lines|seq|stream)|ndjson|stream\+json|grpc|zip|compressed|x-tar|download|pdf|wasm|msword|vnd\.(?!.*json)/i;

/**
 * Whether a body can be an answer that holds a code, by its reply's headers: neither a download nor an endless stream,
 * and not too long. What it is then, only the body itself says: JSON comes as `text/html` too.
 */
export function isWorthReading(header: HeaderOf): boolean {
  const [type = ''] = (header('content-type') ?? '').split(';', 1);
  const isDownload = /^\s*attachment\b/i.test(header('content-disposition') ?? '');
  return !isDownload && !NO_ANSWER.test(type) && !(Number(header('content-length')) > LONGEST);
}

/** JSON where the text is JSON, else the text; undefined where it is too long to be read for a code. */
export function parseBody(text: string): unknown {
  if (text.length > LONGEST) return undefined;
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

/** The same for bytes, in the charset that their `content-type` names; not where the platform decodes none. */
export function parseBytes(bytes: ArrayBuffer | ArrayBufferView, type: string | null): unknown {
  if (bytes.byteLength > LONGEST || typeof TextDecoder === 'undefined') return undefined;
  return parseBody(decoderOf(type).decode(bytes));
}

/** The same for a Blob. */
export function parseBlob(blob: Blob, type: string | null): Promise<unknown> | undefined {
  if (blob.size > LONGEST) return undefined;
  return blob.arrayBuffer().then((bytes) => parseBytes(bytes, type));
}

/**
 * The same for a stream that is nobody else's. Where its length is not told, it may have no end: then a text that is no
 * JSON is left after its first piece, and JSON as soon as it is whole.
 */
export async function parseStream(
  stream: ReadableStream<Uint8Array>,
  type: string | null,
  hasEnd: boolean,
): Promise<unknown> {
  const reader = stream.getReader();
  const decoder = decoderOf(type);
  let text = '';
  try {
    for (let size = 0; ;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.byteLength;
      if (size > LONGEST) return undefined;
      text += decoder.decode(value, { stream: true });
      const found = hasEnd ? undefined : wholeJson(text);
      if (found !== undefined) return found;
    }
    text += decoder.decode();
  } catch {
    // A body that breaks off is the caller's to find out.
  } finally {
    void reader.cancel().catch(() => {});
  }
  return parseBody(text);
}

/** What need not be read on: a text that is no JSON, or JSON that is whole; undefined while it may become some. */
function wholeJson(text: string): unknown {
  const opening = /\S/.exec(text)?.[0];
  if (opening === undefined) return undefined;
  const closing = { '{': /\}\s*$/, '[': /\]\s*$/ }[opening];
  if (!closing) return parseBody(text);
  if (!closing.test(text)) return undefined;
  const body = parseBody(text);
  return typeof body === 'object' ? body : undefined;
}

function decoderOf(type: string | null): TextDecoder {
  const charset = /charset\s*=\s*["']?([^\s;"']+)/i.exec(type ?? '')?.[1];
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
