import { build } from 'esbuild';
import { root } from '../../scripts/run.mjs';

/** A script for a page, made from the sources that are tested. What `entry` exports is a global of this name there. */
export async function bundle(entry: string, globalName?: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    ...(globalName !== undefined && { globalName }),
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

export function html(head: string): Response {
  return new Response(`<!doctype html><title>test</title>${head}`, {
    headers: { 'content-type': 'text/html; charset=utf-8' },
  });
}
