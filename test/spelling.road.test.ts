/** @file Tables that write the sessions of a CAPS in other letters: told with both spellings, and mended as the hint says. */
import { describe, expect, it } from 'vitest';
import { tinyRoad, tinyTraining, writeText } from './road-study';

const tables = ['tsv/single/train.tsv', 'tsv/single/validation_baseline.tsv'];
const prepare = 'clinicadl prepare-data image caps t1-linear --extract_json again -tsv tsv/single/train.tsv';

describe.each([
  ['padding of sessions', 'ses-M000', 'ses-M00'],
  ['padding of participants', 'sub-P0', 'sub-P'],
  ['case', 'sub-P', 'sub-p'],
  ['a missing prefix', 'ses-M000', 'M000'],
  ['a missing prefix of participants', 'sub-P', 'P'],
])('%s', (_, right, wrong) => {
  it.each([tinyTraining('maps', '--epochs 1'), prepare])('%s', async (line) => {
    const study = await tinyRoad();
    const whole = await Promise.all(tables.map((table) => study.text(table)));
    for (const [i, table] of tables.entries()) await writeText(study.workspace, table, whole[i].replaceAll(right, wrong));
    const { status, error, issues, written } = await study.run(line);
    expect(status).toBe('failed');
    const there = 'sub-P00 | ses-M000';
    expect(error).toMatchObject({
      code: 'sessions-spelled',
      message: expect.stringContaining(`${there.replace(right, wrong)} is not in the CAPS, but ${there} is`),
    });
    expect(issues[0].hint).toContain(`Write ${there} in the table`);
    expect(written).toEqual([]);
    for (const [i, table] of tables.entries()) await writeText(study.workspace, table, whole[i]);
    await study.must(line);
  });
});
