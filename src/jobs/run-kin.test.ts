/** @file The MAPS of a run and its copies, in folders that were opened in many ways. */
import { describe, expect, it } from 'vitest';
import { type FakeDisk, fakeDisk } from '../folders/fake-handles';
import { pickedFolder } from '../folders/picked-folder';
import type { HandleSource } from '../folders/source';
import { kinOf } from './run-kin';

const runId = 'r1';
const mark = new TextEncoder().encode(`{"run": "${runId}", "splits": [0], "command": ""}`);

/** A disk with marks of the run, and of another run, in MAPS at some paths. */
async function diskWith(...maps: string[]): Promise<FakeDisk> {
  const disk = fakeDisk('disk');
  const folder = pickedFolder(disk.handle);
  for (const path of maps) await folder.write(`${path}/split-0/tmp/run.json`, mark);
  return disk;
}

async function below(disk: FakeDisk, path: string): Promise<FileSystemDirectoryHandle> {
  let handle = disk.handle;
  for (const name of path.split('/').filter(Boolean)) handle = await handle.getDirectoryHandle(name, { create: true });
  return handle;
}
const sourceIn = async (disk: FakeDisk, path: string): Promise<HandleSource> => ({
  kind: 'handle',
  handle: await below(disk, path),
  path: '',
});

describe('a MAPS with the mark of a run that was begun in study/maps', () => {
  it.each([
    ['the same folder', 'study', 'maps', ['study/maps'], 'own'],
    ['the folder above', '', 'study/maps', ['study/maps'], 'own'],
    ['the folder below', 'study/maps', '.', ['study/maps'], 'own'],
    ['renamed', 'study', 'mine', ['study/mine'], 'own'],
    ['moved to another study', 'other', 'maps', ['other/maps'], 'own'],
    ['copied beside it', 'study', 'backup', ['study/maps', 'study/backup'], 'copy'],
    ['copied to another study', 'other', 'maps', ['study/maps', 'other/maps'], 'copy'],
    ['copied, opened alone', 'other/maps', '.', ['study/maps', 'other/maps'], 'copy'],
  ])('%s', async (_, opened, path, places, kin) => {
    const disk = await diskWith(...places);
    const record = { workspace: await sourceIn(disk, 'study'), maps: 'maps' };
    const workspace = pickedFolder(await below(disk, opened));
    expect(await kinOf(record, { runId, path }, { workspace })).toBe(kin);
  });

  it('copied to another disk: a copy, unsure while the first cannot be looked into', async () => {
    const [first, second] = [await diskWith('study/maps'), await diskWith('study/maps')];
    const record = { workspace: await sourceIn(first, 'study'), maps: 'maps' };
    const workspace = pickedFolder(await below(second, 'study'));
    const kin = (): Promise<string> => kinOf(record, { runId, path: 'maps' }, { workspace });
    expect(await kin()).toBe('copy');
    first.fault = () => new DOMException('closed', 'NotAllowedError');
    expect(await kin()).toBe('unsure');
    first.fault = () => undefined;
    first.remove(); // unplugged, or moved away
    expect(await kin()).toBe('unsure');
  });

  it('beside one of another run is its own', async () => {
    const disk = await diskWith('study/backup');
    await pickedFolder(disk.handle).write(
      'study/maps/split-0/tmp/run.json',
      new TextEncoder().encode('{"run": "r2", "splits": [0]}'),
    );
    const record = { workspace: await sourceIn(disk, 'study'), maps: 'maps' };
    expect(await kinOf(record, { runId, path: 'backup' }, { workspace: pickedFolder(await below(disk, 'study')) })).toBe('own');
  });
});
