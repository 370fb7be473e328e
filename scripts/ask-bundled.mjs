import { fork } from 'node:child_process';
import { join } from 'node:path';
import { root } from './run.mjs';

/**
 * Calls a function of a TypeScript module in a process of its own, bundled from the sources, and resolves to what it
 * resolves to. What is given and answered is plain data. Each has its own heap and compiled code.
 * @param {string} file from the root of the project
 * @param {string} name of the function that it exports
 * @param {{ given?: unknown, execArgv?: string[] }} [options]
 * @returns {Promise<any>}
 */
export async function askBundled(file, name, { given = null, execArgv = [] } = {}) {
  const bundle = join(root, '.cache', 'bundled', file.replace(/\.ts$/, '.mjs'));
  const { build } = await import('esbuild');
  await build({
    stdin: {
      contents: `import { ${name} } from './${file}'; process.send(await ${name}(JSON.parse(process.argv[2])));`,
      resolveDir: root,
    },
    outfile: bundle,
    bundle: true,
    packages: 'external',
    // They look for themselves by where they are.
    external: [join(root, 'scripts', '*')],
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  return await new Promise((resolve, reject) => {
    const child = fork(bundle, [JSON.stringify(given)], {
      cwd: root,
      execArgv,
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    child.on('message', (answer) => {
      resolve(answer);
      child.kill();
    });
    child.on('exit', (code) => reject(new Error(`${name} of ${file} ended with code ${code} and no answer`)));
  });
}
