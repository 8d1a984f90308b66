/** @file `simulate` writes, byte for byte, what it wrote when the numbers of the sample study were first told. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { memoryFolder } from '../src/folders/memory-folder';
import { road } from './road';
import { filesBelow } from './road-files';

/** Of all files with their names, the packed ones unpacked. */
async function hashOf(line: string): Promise<string> {
  const study = await road(memoryFolder('s'), 'wasm');
  await study.must(line);
  const hash = createHash('sha256');
  for (const file of await filesBelow(study.workspace)) {
    const bytes = await study.workspace.read(file);
    hash.update(`${file}\n`).update(file.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  }
  return hash.digest('hex');
}

it.each([
  ['--n_subjects 8', 'e2fa32b8a5104cb20d90bfc77752d9824f9ee06cd4658e8b1a740774cd719f67'],
  ['--n_subjects 8 --difficulty hard --seed 7', 'ebaf5c223df59231c4433d6152abac93237623085a17c8f0fc3ebb2f763a3f13'],
])('%s', async (options, expected) => {
  expect(await hashOf(`clinicadl simulate sample ${options}`)).toBe(expected);
});
