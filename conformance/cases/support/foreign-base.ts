/**
 * Makes this process a page of `home` whose `<base href>` points to `base`: what is relative goes there, as the platform
 * resolves it (HTML Standard, document base URL). To be called before the library is set up, which may keep `fetch`.
 */
export async function withForeignBase(home: string, base: string, task: () => Promise<void>): Promise<void> {
  const { fetch, Request } = globalThis;
  const whole = <Input>(input: Input): Input | string =>
    typeof input === 'string' ? new URL(input, base).href : input;

  class PageRequest extends Request {
    constructor(input: RequestInfo | URL, init?: RequestInit) {
      super(whole(input), init);
    }
  }
  const page: object = {
    location: new URL(home),
    document: { baseURI: base },
    Request: PageRequest,
    fetch: (input: RequestInfo | URL, init?: RequestInit) => fetch(whole(input), init),
  };
  Object.assign(globalThis, page);
  try {
    await task();
  } finally {
    for (const name of Object.keys(page)) Reflect.deleteProperty(globalThis, name);
    Object.assign(globalThis, { fetch, Request });
  }
}
