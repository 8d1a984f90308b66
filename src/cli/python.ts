/** @file A Python with PyTorch, with which the tests compare. */
import { spawnSync } from 'node:child_process';
import { canInstall, install } from './apt';

/** The Python that PYTHON names, else the system's, else the first in PATH. */
const candidates = process.env.PYTHON ? [process.env.PYTHON] : ['/usr/bin/python3', 'python3'];

/** Undefined if Python or PyTorch is not there. */
function versionOf(python: string): string | undefined {
  const { status, stdout } = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

export interface Pytorch {
  /** Path or name of the Python. */
  readonly python: string;
  readonly version: string;
}

/** Undefined if there is none. */
export function findPytorch(): Pytorch | undefined {
  for (const python of candidates) {
    const version = versionOf(python);
    if (version !== undefined) return { python, version };
  }
  return undefined;
}

/** Installs it where that is possible, and says what it does. Returns whether there is one in the end. */
export function getPytorch(print: (line: string) => void = console.log): boolean {
  if (findPytorch() !== undefined) return true;
  if (!process.env.PYTHON && canInstall()) {
    print('No Python with PyTorch found: installing the package python3-torch with apt-get (some minutes).');
    const complaint = install('python3-torch');
    if (complaint === undefined && findPytorch() !== undefined) return true;
    print(`It was not installed: ${complaint ?? 'the package brings none that starts'}`);
  }
  print(
    'No Python with PyTorch (Debian: apt-get install python3-torch, as root; PYTHON names another): cross-checks will be skipped.',
  );
  return false;
}
