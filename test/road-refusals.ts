/** @file Lines that are refused before anything is written. */
import { expect } from 'vitest';
import type { Road } from './road';
import { contentOf } from './road-files';
import { copyOf } from './road-stops';
import { writeText } from './road-study';

/** `line` fails by `code` in a copy of `prepared` that also holds `files` (path to text), and every file stays as it was. */
export async function expectRefused(
  prepared: Road,
  line: string,
  files: Readonly<Record<string, string>>,
  code: string,
): Promise<void> {
  const study = await copyOf(prepared);
  for (const [path, text] of Object.entries(files)) await writeText(study.workspace, path, text);
  const before = await contentOf(study.workspace);
  const { error, written } = await study.run(line);
  expect([error?.code, written], error?.message).toEqual([code, []]);
  expect(await contentOf(study.workspace)).toEqual(before);
}
