/** @file A hint is true when following it succeeds: each that a command can take is taken, as the table beside says. */
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryFolder } from '../../src/folders/memory-folder';
import { type Road, road } from '../road';
import { contentOf } from '../road-files';
import { tinyParticipant, tinyRoad, tinyTraining, writeText } from '../road-study';
import { followed } from './followed';

let whole: Readonly<Record<string, string>>;
let made: Road;
beforeAll(async () => {
  made = await tinyRoad();
  await made.must(tinyTraining('maps', '--epochs 1'));
  const people = Array.from({ length: 12 }, (_, i) =>
    [tinyParticipant(i), 'ses-M000', i % 2 === 0 ? 'AD' : 'CN', 60 + i, i % 4 < 2 ? 'F' : 'M'].join('\t'),
  );
  await writeText(made.workspace, 'tsv/people.tsv', `participant_id\tsession_id\tdiagnosis\tage\tsex\n${people.join('\n')}\n`);
  whole = await contentOf(made.workspace);
});

async function freshStudy(): Promise<Road> {
  const workspace = memoryFolder('study');
  for (const [path, bytes] of Object.entries(whole)) await workspace.write(path, new Uint8Array(Buffer.from(bytes, 'hex')));
  return road(workspace, 'wasm');
}

describe('following the hint of', () => {
  it.each(Object.entries(followed))('%s', async (code, { before, line, says, follow, next = line }) => {
    const study = await freshStudy();
    await before?.(study);
    const { status, error, issues } = await study.run(line);
    expect(status, line).toBe('failed');
    const told = [...(error === undefined ? [] : [error]), ...issues].find((found) => found.code === code);
    expect(told, `${error?.code}: ${error?.message}`).toBeDefined();
    expect(told!.hint).toContain(says);
    await follow?.(study);
    await study.must(next);
  });
});
