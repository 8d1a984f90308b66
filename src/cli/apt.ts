/** @file Debian's packages, for a person who is root already: nothing here asks for more rights. */
import { spawnSync } from 'node:child_process';

const options = {
  encoding: 'utf8',
  maxBuffer: 1 << 26,
  env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
} as const;

let listsAreFresh = false;

/** Undefined when it went well, else what the program said last. */
function aptGet(...args: string[]): string | undefined {
  const { status, stderr, error } = spawnSync('apt-get', ['-q', '-o', 'Acquire::http::Timeout=20', ...args], options);
  if (status === 0) return undefined;
  return error?.message ?? (stderr.trim().split('\n').at(-1) || `apt-get ended with ${status}`);
}

/** Whether packages can be installed: as root, where there is apt. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Installs a package without what it only recommends. Undefined when it went well, else why not, in one line. */
export function install(name: string): string | undefined {
  const complaint = listsAreFresh ? undefined : aptGet('update');
  if (complaint !== undefined) return complaint;
  listsAreFresh = true;
  return aptGet('install', '-y', '--no-install-recommends', name);
}
