import { describe, expect, it } from 'vitest';
import type { Issue } from '../base/issues';
import { fillFolder, memoryFolder } from '../folders/memory-folder';
import { mapsPlace, rememberedPath } from './study-paths';

interface Asked {
  readonly found: string;
  readonly lines: readonly string[];
  readonly issues: readonly string[];
}

/** What a path means in a folder with these files, of a MAPS that is there now and was there before. */
async function ask(path: string, files: readonly string[], now: string, before: string | null): Promise<Asked> {
  const workspace = memoryFolder('study');
  await fillFolder(workspace, Object.fromEntries(files.map((file) => [file, ''])));
  const [lines, issues]: [string[], Issue[]] = [[], []];
  const context = { workspace, log: (line: string) => void lines.push(line), issue: (issue: Issue) => void issues.push(issue) };
  const found = await rememberedPath(path, { now, before }, context);
  return { found, lines, issues: issues.map(({ code }) => code) };
}

describe('a path beside a MAPS that has kept its place', () => {
  it.each([
    ['in the folder it was trained in', 'caps', ['caps/a'], 'maps', 'maps', 'caps'],
    ['from one above', 'caps', ['caps/a', 'one/caps/a'], 'one/maps', 'maps', 'one/caps'],
    ['from two above', 'data/caps', ['data/caps/a', 'x/y/data/caps/a'], 'x/y/out/maps', 'out/maps', 'x/y/data/caps'],
    ['from below', 'study/caps', ['caps/a', 'study/caps/a'], 'maps', 'study/maps', 'caps'],
    [
      'of a folder that has another name now',
      '/data/me/old/caps',
      ['new/caps/a', 'caps/a'],
      'new/maps',
      '/data/me/old/maps',
      'new/caps',
    ],
    ['typed on Windows', 'D:\\old\\caps', ['new/caps/a', 'caps/a'], 'new/maps', 'D:\\old\\maps', 'new/caps'],
    ['renamed in its place', 'caps', ['caps/a'], 'better', 'maps', 'caps'],
    ['the opened folder itself', '.', ['caps/a'], 'maps', 'maps', '.'],
    ['the folder that was open', '.', ['one/subjects/a'], 'one/maps', 'maps', 'one'],
    ['inside a MAPS that is opened alone', 'maps/caps', ['caps/a', 'maps/x'], '.', 'maps', 'caps'],
  ])('%s is found without a doubt', async (_, path, files, now, before, found) => {
    expect(await ask(path, files, now, before)).toMatchObject({ found, issues: [] });
  });
});

describe('a path beside a MAPS that was moved', () => {
  it.each([
    ['renamed, from above', 'caps', ['caps/a', 'one/caps/a'], 'one/better', 'maps', 'one/caps'],
    ['put away', 'caps', ['caps/a', 'old/maps/x'], 'old/2026/maps', 'maps', 'caps'],
    ['beside its CAPS alone', 'data/derivatives/caps', ['one/caps/a'], 'one/maps', 'data/results/maps', 'one/caps'],
  ])('%s is guessed, nearest first, and told', async (name, path, files, now, before, found) => {
    const asked = await ask(path, files, now, before);
    expect(asked.found).toBe(found);
    expect(asked.issues).toEqual(name === 'put away' ? [] : ['path-guessed']); // as it was typed: no guess
  });
});

describe('paths of another machine', () => {
  it('are found by their longest end', async () => {
    const both = ['study/caps/a', 'caps/a'];
    for (const [path, found] of [
      ['/data/study/caps', 'study/caps'],
      ['D:\\work\\caps', 'caps'],
    ])
      expect(await ask(path!, both, 'maps', null)).toMatchObject({ found, issues: [], lines: [expect.stringContaining(found!)] });
  });

  it('are refused by name when the opened folder has no such end, as relative ones are', async () => {
    for (const path of ['/data/other', 'other', 'data/other'])
      await expect(ask(path, ['caps/a'], 'maps', 'maps')).rejects.toMatchObject({ code: 'path-elsewhere', where: path });
  });
});

it('information.log tells where the MAPS was', async () => {
  const maps = memoryFolder('maps');
  expect(await mapsPlace(maps, 'maps')).toEqual({ now: 'maps', before: null });
  await fillFolder(maps, { 'information.log': '- Date :\t21 Nov 2026, 02:17:29\n\n- Path :\t/data/my maps\n\n- Model :\tx\n' });
  expect(await mapsPlace(maps, 'maps')).toEqual({ now: 'maps', before: '/data/my maps' });
});
