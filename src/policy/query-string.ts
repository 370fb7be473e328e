type Parameters = Readonly<Record<string, string>>;

/** `url` with these parameters in the place of those that have the same names; all else stays byte for byte. */
export function withQuery(url: string, parameters: Parameters): string {
  const [rest, hash] = splitAt(withoutQuery(url, parameters), '#');
  const added = Object.entries(parameters).map((pair) => pair.map(encodeURIComponent).join('='));
  if (added.length === 0) return rest + hash;
  return `${rest}${rest.includes('?') ? '&' : '?'}${added.join('&')}${hash}`;
}

/** `url` without the parameters that have these names. */
export function withoutQuery(url: string, parameters: Parameters): string {
  const [rest, hash] = splitAt(url, '#');
  const [path, search] = splitAt(rest, '?');
  const pairs = search.slice(1).split('&');
  const kept = pairs.filter((pair) => !Object.hasOwn(parameters, nameIn(pair)));
  if (kept.length === pairs.length) return url;
  return path + (kept.length > 0 ? `?${kept.join('&')}` : '') + hash;
}

function splitAt(text: string, mark: string): [before: string, rest: string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

function nameIn(pair: string): string {
  const name = pair.replace(/=.*/s, '').replaceAll('+', ' ');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
