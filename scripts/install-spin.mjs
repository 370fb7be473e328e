import { access } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { run } from './run.mjs';

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
  if (process.getuid?.() !== 0 || !(await exists('/etc/debian_version'))) {
    return { problem: 'install spin and gcc (spinroot.com, or your package manager)' };
  }
  for (const command of [
    /** @type {const} */ (['apt-get', 'update']),
    /** @type {const} */ (['apt-get', 'install', '-y', '--no-install-recommends', ...PACKAGES]),
  ]) {
    console.error(`Installing Spin: ${command.join(' ')}`);
    const { code } = await run(command, { show: true, env: { DEBIAN_FRONTEND: 'noninteractive' } });
    if (code !== 0) return { problem: `\`${command.join(' ')}\` failed` };
  }
  return (await isInstalled(path)) ? { path } : { problem: 'it was installed, and does not run' };
}

/** @param {string} path */
async function isInstalled(path) {
  const [spin, compiler] = await Promise.all([run([path, '-V']), run(['gcc', '--version'])]);
  // Other programs are called spin too.
  return spin.output.includes('Spin Version') && compiler.code === 0;
}

/** @param {string} path */
function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { path, problem } = await installSpin();
  console.log(path ?? `No Spin: ${problem}.`);
  process.exitCode = path ? 0 : 1;
}
