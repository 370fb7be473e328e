import type { Answer, Client } from '../../contract.js';

/** A client that has the signature of `fetch`. */
export function clientOfFetch(url: string, send: typeof fetch): Pick<Client, 'request' | 'fetch'> {
  return {
    fetch: send,
    async request(path, { timeoutMs, ...init } = {}) {
      const response = await send(absolute(url, path), {
        ...init,
        ...(timeoutMs !== undefined && { signal: AbortSignal.timeout(timeoutMs) }),
      });
      return { status: response.status, body: parsed(await response.text()) };
    },
  };
}

export function absolute(url: string, path: string): string {
  return path.startsWith('/') ? url + path : path;
}

export function parsed(text: string): Answer['body'] {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
