import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryFolder } from '../src/folders/memory-folder';
import { copyIntoFolder } from './disk-folder';
import { type Road, road } from './road';

const golden = (path: string): string => readFileSync(`test/golden/${path}`, 'utf8');
const cells = (text: string): string[][] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));

/** Every cell equal, or both numbers within the tolerance. */
function expectTablesToAgree(found: string, expected: string, tolerance: number, skip: readonly string[] = []): void {
  const [a, b] = [cells(found), cells(expected)];
  expect(a.map((row) => row.length)).toEqual(b.map((row) => row.length));
  const header = b[0];
  for (const [r, row] of b.entries()) {
    for (const [c, cell] of row.entries()) {
      if (cell === a[r][c] || skip.includes(header[c])) continue;
      expect(Math.abs(Number(a[r][c]) - Number(cell)), `row ${r}, ${header[c]}: ${a[r][c]} for ${cell}`).toBeLessThanOrEqual(
        tolerance,
      );
    }
  }
}

const trainLine = (maps: string, more: string): string =>
  `clinicadl train classification caps image tsv/split/2_fold ${maps} --architecture Conv4_FC3 --no-gpu --n_proc 0 --seed 0 ` +
  `--epochs 2 --n_splits 2 --batch_size 4 -lr 0.001 ${more}`;

describe.each(['wasm', 'cpu'] as const)('the study of the golden files on %s', (backend) => {
  let study: Road;
  beforeAll(async () => {
    const workspace = memoryFolder('study');
    await copyIntoFolder(workspace, 'test/golden/study');
    study = await road(workspace, backend);
    await study.must('clinicadl prepare-data image caps t1-linear --extract_json image');
  });

  it('trains along the loss curve of ClinicaDL and PyTorch', async () => {
    await study.must(trainLine('maps_steps', '--dropout 0 --evaluation_steps 1 -s 0'));
    const log = cells(await study.text('maps_steps/split-0/training_logs/training.tsv'));
    const expected = cells(golden('maps/maps_cls_steps/split-0/training_logs/training.tsv'));
    // Rows at each epoch end too: the inner evaluation after the last batch comes first, then the epoch's own.
    const inner = log.filter((row, i) => row[0] !== log[i - 1]?.[0] || row[1] !== log[i - 1]?.[1]);
    const text = (rows: string[][]): string => rows.map((row) => row.join('\t')).join('\n');
    expectTablesToAgree(text(inner), text(expected), 1e-4, ['time']);
  });
});
