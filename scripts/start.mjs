/**
 * `npm start`: sets up, builds what is outdated, and runs the example's server with the options given:
 * none (the tour, then serve), `--tour` (the tour alone), `--json`, `--port N`. Standard output belongs to the example.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { buildIfOutdated } from './build.mjs';
import { isOlder } from './outdated.mjs';
import { root, run } from './run.mjs';
import { setUp, stop } from './setup.mjs';

const EXAMPLE = 'examples/admin';
const SERVER = `${EXAMPLE}/dist/server/main.js`;

await setUp();
await buildIfOutdated();
if (await isOlder(SERVER, [EXAMPLE, 'dist', 'package-lock.json'])) {
  console.error('Building the example …');
  const { code } = await run(['npm', 'run', 'build', '--workspace', EXAMPLE], { show: true });
  if (code !== 0) stop('The example did not build: see above.');
}

const server = spawn(process.execPath, [SERVER, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => server.kill(signal));
}
server.on('exit', (code, signal) => {
  process.exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1);
});
