import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What an app imports of each package; the client library itself stays outside, since the app has it anyway. */
const IMPORTS: Readonly<Record<string, string>> = {
  'holdfast-axios': `export { createSession } from 'holdfast'; export { guardAxios } from 'holdfast/axios';`,
  'holdfast-fetch': `export { createSession } from 'holdfast'; export { guardFetch } from 'holdfast/fetch';`,
};

const OUTSIDE = [
  'axios',
  'ky',
  '@apollo/client',
  '@urql/core',
  '@reduxjs/toolkit',
  'graphql',
  'react',
  'rxjs',
];

/** Bytes, minified and gzipped, as a bundler leaves it; undefined for what is written by hand. */
export async function gzippedBytes(subject: string, resolveDir: string): Promise<number | undefined> {
  const contents = IMPORTS[subject];
  if (contents === undefined) return undefined;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    external: OUTSIDE,
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
