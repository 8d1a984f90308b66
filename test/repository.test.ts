/** @file What must not be in the repository: paths of one person's machine, and addresses that packages were fetched from. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { skips } from './skips';

/** Empty outside a git checkout, for example in an unpacked archive. */
const files = (spawnSync('git', ['ls-files', '-z'], { encoding: 'utf8', maxBuffer: 1 << 24 }).stdout ?? '')
  .split('\0')
  .filter((name) => name !== '' && existsSync(name));

/** Absolute paths of homes and work folders; not preceded by a name, so that `a/tmp/b` and `https://a/home/` are none. */
const machinePath = /(?<![\w.\])}:*/-])\/(?:work|root|tmp|home|mnt|Users|var\/folders)\/[\w.-]/g;

const machinePaths = (text: string): string[] => text.match(machinePath) ?? [];

describe('repository', () => {
  it('no file names a path of the machine it was written on', ({ skip }) => {
    skip(files.length === 0, skips.noCheckout);
    const found = files.flatMap((file) => machinePaths(readFileSync(file, 'latin1')).map((path) => `${file}: ${path}`));
    expect(found).toEqual([]);
  });

  it('a path of a machine is seen, a path inside a folder is not', () => {
    const path = ['', 'root', 'study'].join('/');
    expect(machinePaths(`read('${path}')`)).toHaveLength(1);
    expect(machinePaths(path)).toHaveLength(1);
    expect(machinePaths(`maps${path}, https:/${path}`)).toEqual([]);
  });

  it('the top level holds what a newcomer expects, and nothing else', ({ skip }) => {
    skip(files.length === 0, skips.noCheckout);
    const top = new Set(files.map((name) => name.split('/')[0]).filter((name) => !name?.startsWith('.')));
    expect([...top].sort()).toEqual([
      'LICENSE',
      'README.md',
      'index.html',
      'package-lock.json',
      'package.json',
      'public',
      'src',
      'test',
      'vite.config.ts',
      'workers',
    ]);
  });

  it('the lock file names no address that a package is fetched from', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, object> };
    expect(Object.entries(packages).filter(([, entry]) => 'resolved' in entry)).toEqual([]);
  });

  it('every dependency is pinned to one version', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d/.test(version));
    expect(loose).toEqual([]);
  });
});
