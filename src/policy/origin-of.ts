/**
 * What needs no parser to be read: a scheme, a name or an address in plain letters and digits, a port, and then the end
 * of the authority. No user-info, no backslash, no white space, nothing percent-encoded.
 */
const PLAIN = /^(https?):\/\/([\w-]+(?:\.[\w-]+)*)(?::(\d*))?(?=[/?#]|$)/i;

/** Names that end like this are read as IPv4 addresses, `1.65793` and `0x7f.1` too. */
const NUMERIC = /(?:^|\.)(?:\d+|0x[\da-f]*)$/;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * The origin that a request to `url` goes to; `from` is what a relative one starts from. Undefined where none is certain:
 * no web address, user-info in it, or one that this platform cannot tell.
 */
export function originOf(url: string, from?: string): string | undefined {
  return plainOrigin(url) ?? parsedOrigin(url, from);
}

/** Says of no URL what a parser would not say of it too. */
export function plainOrigin(url: string): string | undefined {
  const [authority, scheme = '', host = '', port = ''] = PLAIN.exec(url)?.map(lowered) ?? [];
  if (authority === undefined || Number(port) > 0xffff || (NUMERIC.test(host) && !isAddress(host)))
    return undefined;
  const isDefault = port === '' || Number(port) === DEFAULT_PORTS[scheme];
  return `${scheme}://${host}${isDefault ? '' : `:${Number(port)}`}`;
}

/** Mini-programs have no `URL`; that of React Native throws when it is asked, or reads less than others do. */
function parsedOrigin(url: string, from: string | undefined): string | undefined {
  try {
    // One that gets all of these right can be believed: tab, backslash, user-info, other scripts, case, default port.
    if (new URL('\t/\\u:p@ａ。TEST:443', 'https://base.test').origin !== 'https://a.test') return undefined;
    const { href, username, password, origin } = new URL(url, from);
    // A name may have an asterisk in it, which stands for others in a list of origins.
    return /^https?:\/\/[^*/]+\//.test(href) && username + password === '' ? origin : undefined;
  } catch {
    return undefined;
  }
}

function lowered(text: string | undefined): string | undefined {
  return text?.toLowerCase();
}

/** Four decimal numbers as a parser would write them. */
function isAddress(host: string): boolean {
  const parts = host.split('.');
  return parts.length === 4 && parts.every((part) => part === String(Number(part) & 0xff));
}
