import { access } from 'node:fs/promises';
import { run } from './run.mjs';

/** Whether packages can be installed through apt: as root, on Debian and its kin. */
export async function canUseApt() {
  if (process.getuid?.() !== 0) return false;
  return await access('/etc/debian_version').then(
    () => true,
    () => false,
  );
}

/**
 * @param {string} title what it is that is installed
 * @param {readonly string[]} packages
 * @returns {Promise<string | undefined>} what went wrong, if anything did
 */
export async function installByApt(title, packages) {
  return (
    (await runVisibly(title, ['apt-get', 'update'])) ??
    (await runVisibly(title, ['apt-get', 'install', '-y', '--no-install-recommends', ...packages]))
  );
}

/**
 * Runs a command that installs something, and shows what it prints.
 * @param {string} title
 * @param {import('./run.mjs').Command} command
 * @returns {Promise<string | undefined>} what went wrong, if anything did
 */
export async function runVisibly(title, command) {
  console.error(`Installing ${title}: ${command.join(' ')}`);
  const { code } = await run(command, { show: true, env: { DEBIAN_FRONTEND: 'noninteractive' } });
  return code === 0 ? undefined : `\`${command.join(' ')}\` failed`;
}
