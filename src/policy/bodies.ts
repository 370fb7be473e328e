/** JSON where the text is JSON, else the text. */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Whether a body can be read only once: a stream of Node or of the web, or any other source of chunks. */
export function isStream(body: unknown): body is { destroy?(): void; cancel?(): Promise<void> } {
  if (typeof body !== 'object' || body === null) return false;
  const { pipe, getReader } = body as { pipe?: unknown; getReader?: unknown };
  return typeof pipe === 'function' || typeof getReader === 'function' || Symbol.asyncIterator in body;
}

/** Lets go of a reply that nobody will read, so that its connection is free. */
export function releaseStream(body: unknown): void {
  if (!isStream(body)) return;
  if (typeof body.destroy === 'function') body.destroy();
  // It rejects where somebody reads already: then the body is theirs.
  else body.cancel?.().catch(() => {});
}
