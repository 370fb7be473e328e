/** What a client that has a base URL is told of one request. */
export type CombinedUrl = {
  readonly baseURL?: string | undefined;
  readonly url?: string | undefined;
  readonly allowAbsoluteUrls?: boolean | undefined;
};

/** What axios takes for a URL that needs no base. */
const ABSOLUTE = /^([a-z][a-z\d+.-]*:)?\/\//i;

/** The URL as axios of today makes it. */
export function combinedUrl({ baseURL, url, allowAbsoluteUrls = true }: CombinedUrl): string {
  const base = String(baseURL ?? '');
  const path = String(url ?? '');
  if (!base || (allowAbsoluteUrls && ABSOLUTE.test(path))) return path;
  return path ? `${base.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}` : base;
}

/**
 * Whether `test` holds for all that axios of any version may make of a URL and its base. Up to 1.8.1 it overlooks
 * `allowAbsoluteUrls: false` and sends the URL as it stands; how many slashes it takes off a base has changed too.
 */
export function everyReading(
  { baseURL, url, allowAbsoluteUrls = true }: CombinedUrl,
  test: (url: string) => boolean,
): boolean {
  const base = String(baseURL ?? '');
  const path = String(url ?? '');
  const stands = !base || ABSOLUTE.test(path);
  if (stands && !test(path)) return false;
  if (stands && allowAbsoluteUrls) return true;
  if (!path) return test(base);
  const rest = path.replace(/^\/+/, '');
  if (!test(`${base.replace(/\/+$/, '')}/${rest}`)) return false;
  return !base.endsWith('///') || test(`${base.slice(0, -2)}/${rest}`);
}
