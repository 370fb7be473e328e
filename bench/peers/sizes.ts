import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

/** What an app imports of each package; the client library itself stays outside, since the app has it anyway. */
const IMPORTS: Readonly<Record<string, string>> = {
  'holdfast-axios': `export { createSession } from 'holdfast'; export { guardAxios } from 'holdfast/axios';`,
  'holdfast-fetch': `export { createSession } from 'holdfast'; export { guardFetch } from 'holdfast/fetch';`,
  'alova-client': `export { createClientTokenAuthentication } from 'alova/client';`,
  'alova-server': `export { createServerTokenAuthentication } from 'alova/client';`,
  'apollo-link-token-refresh': `export { TokenRefreshLink } from 'apollo-link-token-refresh';`,
  'axios-auth-refresh': `export * from 'axios-auth-refresh';`,
  'axios-auth-refresh-no-dedupe': `export * from 'axios-auth-refresh';`,
  'axios-auth-refresh-queue': `export { applyAuthTokenInterceptor } from 'axios-auth-refresh-queue';`,
  'axios-jwt': `export { applyAuthTokenInterceptor, setAuthTokens, clearAuthTokens } from 'axios-jwt';`,
  'badgateway-oauth2-client': `export { OAuth2Client, OAuth2Fetch } from '@badgateway/oauth2-client';`,
  'fetch-extras': `export { pipeline, withHeaders, withTokenRefresh } from 'fetch-extras';`,
  'refresh-fetch': `export { configureRefreshFetch } from 'refresh-fetch';`,
  'supertokens-website': `export { default } from 'supertokens-website';`,
  'token-refresh': `export { installAuthRefresh, setAuthHeaders } from 'token-refresh';`,
  'urql-auth-exchange': `export { authExchange } from '@urql/exchange-auth';`,
};

/** The clients that are guarded; of `alova` its core and its way of sending, and not the part that guards. */
const CLIENTS =
  /^(axios|ky|graphql|react|rxjs|@apollo\/client|@urql\/core|@reduxjs\/toolkit)($|\/)|^alova($|\/fetch$)/;

const withoutClients: Plugin = {
  name: 'without-clients',
  setup({ onResolve }) {
    onResolve({ filter: CLIENTS }, ({ path }) => ({ path, external: true }));
  },
};

/** Bytes, minified and gzipped, as a bundler leaves it; undefined for what is written by hand. */
export async function gzippedBytes(subject: string, resolveDir: string): Promise<number | undefined> {
  const contents = IMPORTS[subject];
  if (contents === undefined) return undefined;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    plugins: [withoutClients],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
}
