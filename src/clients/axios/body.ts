import { copyOfBody } from '../../policy/bodies.js';
import { kept } from './kept.js';
import { keptParams } from './params.js';
import type { Platform } from './platform.js';
import type { Config } from './shapes.js';

/**
 * The request as its caller meant it: what axios would read at the call is read at the call, and what is held or sent
 * again is that. Costs nothing for what nobody can change any more.
 */
export function asCalled(config: Config, http: Platform['http']): Config {
  const { url, params, data } = config;
  const hasBody = typeof data === 'object' && data !== null;
  if (typeof url === 'string' && !params && !hasBody) return config;
  const own: Partial<Config> = {
    ...(url !== undefined && { url: String(url) }),
    ...(params ? { params: keptParams(params) } : {}),
    ...(hasBody && (http?.bytesOfForm(data, config) ?? { data: keptBody(data) })),
  };
  for (const key in own)
    if (own[key as keyof Config] !== config[key as keyof Config]) return { ...config, ...own };
  return config;
}

function keptBody(data: object): unknown {
  const copy = copyOfBody(data);
  return copy === data ? kept(data) : copy;
}
