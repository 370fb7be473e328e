import type { AuthServerProfile } from './users.js';

/** What `/api/echo` saw of a request, without its access token: equal echoes mean equal requests. */
export type EchoedRequest = {
  /** Whose access token it carried. */
  readonly user: AuthServerProfile;
  readonly method: string;
  readonly path: string;
  /** The raw query, neither decoded nor sorted; the access token's parameter is taken out. */
  readonly query: string;
  /** By lower-case name; those that carry an access token are taken out. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body to the byte: as text where the bytes are UTF-8, otherwise in base64. */
  readonly body: string;
  readonly bodyEncoding: 'utf-8' | 'base64';
  /** In bytes. */
  readonly bodyLength: number;
};

/** Where a request may carry its access token, and the echo must not. */
type Secrets = { readonly headers: readonly string[]; readonly parameter: string };

/** Reads the body to its end: call it once a request. */
export async function sightOf(request: Request, secrets: Secrets): Promise<Omit<EchoedRequest, 'user'>> {
  const url = new URL(request.url);
  const bytes = new Uint8Array(await request.arrayBuffer());
  return {
    method: request.method,
    path: url.pathname,
    query: withoutParameter(url.search.slice(1), secrets.parameter),
    headers: Object.fromEntries([...request.headers].filter(([name]) => !secrets.headers.includes(name))),
    ...encoded(bytes),
    bodyLength: bytes.length,
  };
}

function withoutParameter(query: string, name: string): string {
  const parts = query.split('&');
  return parts.filter((part) => !new URLSearchParams(part).has(name)).join('&');
}

function encoded(bytes: Uint8Array): Pick<EchoedRequest, 'body' | 'bodyEncoding'> {
  try {
    // `ignoreBOM` keeps a byte order mark in the text: it is part of what was sent.
    const body = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { body, bodyEncoding: 'utf-8' };
  } catch {
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return { body: btoa(binary), bodyEncoding: 'base64' };
  }
}
