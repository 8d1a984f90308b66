/** @file Before all tests: what they need on this machine besides the packages, or one line that says how to get it. */
import { spawnSync } from 'node:child_process';
import { findChromium } from '../src/cli/chromium';

const missing = [];
try {
  findChromium();
} catch (error) {
  missing.push(error instanceof Error ? error.message : String(error));
}
if (spawnSync('/usr/bin/python3', ['-c', 'import torch']).status !== 0) {
  missing.push('/usr/bin/python3 has no PyTorch, which reads what we write: install it (Debian: apt-get install python3-torch).');
}
for (const line of missing) console.error(line);
process.exitCode = missing.length > 0 ? 1 : 0;
