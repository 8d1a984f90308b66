import { expect, it } from 'vitest';
import type { Progress } from '../base/job';
import { memoryFolder } from './memory-folder';
import { uploadFiles } from './upload';
import { walk } from './walk';

function picked(path: string, text: string): File {
  const file = new File([text], path.slice(path.lastIndexOf('/') + 1));
  return Object.assign(file, { webkitRelativePath: path });
}

it('files land under their paths in the chosen folder, and refused names are told', async () => {
  const folder = memoryFolder();
  const seen: Progress[] = [];
  const files = [picked('caps/subjects/a.tsv', 'a'), picked('caps/Icon\r', ''), picked('caps/../x', 'x'), picked('b.tsv', 'b')];
  const { written, issues } = await uploadFiles(files, folder, 'study', { onProgress: (progress) => seen.push(progress) });
  expect(written).toEqual(['study/subjects/a.tsv', 'study/b.tsv']);
  expect(issues.map(({ code }) => code)).toEqual(['name-refused', 'name-refused']);
  expect((await walk(folder)).map(({ path }) => path)).toEqual([
    'study',
    'study/b.tsv',
    'study/subjects',
    'study/subjects/a.tsv',
  ]);
  expect(seen.at(-1)).toEqual({ stage: 'copy', done: 4, total: 4, unit: 'files' });
});

it('a file that cannot be read ends the copy and is named', async () => {
  const file = picked('caps/a.tsv', 'a');
  file.arrayBuffer = async () => {
    throw new DOMException('changed', 'NotReadableError');
  };
  await expect(uploadFiles([file], memoryFolder(), '')).rejects.toMatchObject({ code: 'file-unreadable', where: 'a.tsv' });
});
