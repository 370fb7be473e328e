/**
 * Makes this process a page at `url` for a library that works in browsers alone: a window with cookies, storage and
 * events. Another call is another page in the same window.
 */
export function openPage(url: string): { cookie(name: string): string | undefined } {
  const cookies = new Map<string, string>();
  const events = new EventTarget();
  const document = {
    get cookie() {
      return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    },
    set cookie(line: string) {
      const [, name = '', value = '', attributes = ''] = /^([^=]*)=([^;]*)(.*)$/.exec(line) ?? [];
      const expires = /expires=([^;]+)/i.exec(attributes)?.[1];
      if (expires !== undefined && Date.parse(expires) <= Date.now()) cookies.delete(name);
      else cookies.set(name, value);
    },
  };
  Object.assign(globalThis, {
    window: globalThis,
    document,
    location: new URL(url),
    localStorage: createStorage(),
    sessionStorage: createStorage(),
    addEventListener: events.addEventListener.bind(events),
    removeEventListener: events.removeEventListener.bind(events),
  });
  return { cookie: (name) => cookies.get(name) };
}

function createStorage(): Pick<Storage, 'key' | 'getItem' | 'setItem' | 'removeItem' | 'clear'> {
  const items = new Map<string, string>();
  return {
    key: (index: number) => [...items.keys()][index] ?? null,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
    clear: () => items.clear(),
  };
}
