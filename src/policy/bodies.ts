/** By its tag: not every platform has all classes, and there may be several of one. */
export function isKind(value: unknown, kind: string): boolean {
  return Object.prototype.toString.call(value) === `[object ${kind}]`;
}

/** A body as it is now, where its owner could change it; one that cannot be copied stays as it is. */
export function copyOfBody(body: object): object {
  if (ArrayBuffer.isView(body)) return copyOfView(body);
  if (isKind(body, 'ArrayBuffer')) return (body as ArrayBuffer).slice(0);
  // React Native's form cannot be read.
  return isKind(body, 'FormData') && 'forEach' in body ? copyOfForm(body as FormData) : body;
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

/** The same entries once more. A class of the caller's own may need more than nothing to be made of. */
function copyOfForm(form: FormData): FormData {
  const isOurs = typeof FormData === 'function' && form instanceof FormData;
  const copy = isOurs ? new FormData() : new (form.constructor as new () => FormData)();
  form.forEach((value, name) => copy.append(name, value as Blob));
  return copy;
}

/** What can be read only once. */
type OnceReadable = object & { destroy?(): void; cancel?(): Promise<void> };

/** Whether a body can be read only once: a stream of Node or of the web, or any other source of chunks. */
export function isStream(body: unknown): body is OnceReadable {
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
