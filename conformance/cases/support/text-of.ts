import { Readable } from 'node:stream';

/** The text in whatever form a client hands a body out. */
export async function textOf(body: unknown): Promise<string> {
  if (typeof body === 'string') return body;
  if (body instanceof Readable) return Buffer.concat(await body.toArray()).toString();
  const isBinary =
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body) ||
    body instanceof Blob ||
    body instanceof ReadableStream;
  return isBinary ? await new Response(body as BodyInit).text() : JSON.stringify(body);
}
