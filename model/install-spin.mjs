import { pathToFileURL } from 'node:url';
import { canUseApt, installByApt } from '../scripts/apt.mjs';
import { run } from '../scripts/run.mjs';

/** What the model needs of Debian and Ubuntu. Spin writes a checker in C, and reads its input through gcc too. */
const PACKAGES = ['spin', 'gcc', 'libc6-dev'];

/**
 * Finds Spin and gcc, or installs them through apt as root on Debian and its kin. `SPIN_PATH` goes before any other.
 * @returns {Promise<{ path: string, problem?: undefined } | { path?: undefined, problem: string }>}
 */
export async function installSpin() {
  const own = process.env['SPIN_PATH'];
  const path = own ?? 'spin';
  if (await isInstalled(path)) return { path };
  if (own !== undefined) return { problem: 'SPIN_PATH is not Spin, or there is no gcc' };
  if (!(await canUseApt())) {
    return { problem: 'install spin and gcc (spinroot.com, or your package manager)' };
  }
  const failed = await installByApt('Spin', PACKAGES);
  if (failed !== undefined) return { problem: failed };
  return (await isInstalled(path)) ? { path } : { problem: 'it was installed, and does not run' };
}

/** @param {string} path */
async function isInstalled(path) {
  const [spin, compiler] = await Promise.all([run([path, '-V']), run(['gcc', '--version'])]);
  // Other programs are called spin too.
  return spin.output.includes('Spin Version') && compiler.code === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { path, problem } = await installSpin();
  console.log(path ?? `No Spin: ${problem}.`);
  process.exitCode = path ? 0 : 1;
}
