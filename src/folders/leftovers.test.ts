import { describe, expect, it } from 'vitest';
import { fakeDisk } from './fake-handles';
import { removeLeftovers } from './leftovers';
import { pickedFolder } from './picked-folder';

const part = 'clinicadl-01234567-89ab-cdef-0123-456789abcdef.part';

async function diskWithLeftovers() {
  const disk = fakeDisk();
  const folder = pickedFolder(disk.handle);
  await folder.write('a/kept.tsv', Uint8Array.of(1));
  for (const path of ['a', 'b']) {
    const directory = await disk.handle.getDirectoryHandle(path, { create: true });
    await directory.getFileHandle(part, { create: true });
  }
  return { disk, folder };
}

describe('unfinished files of a killed tab', () => {
  it('are removed in the folder that is named, and whole files stay', async () => {
    const { disk, folder } = await diskWithLeftovers();
    await removeLeftovers(folder, 'a');
    expect([...Object.keys(disk.files())].sort()).toEqual(['a/kept.tsv', `b/${part}`]);
  });

  it('are removed at any depth when asked', async () => {
    const { disk, folder } = await diskWithLeftovers();
    await removeLeftovers(folder, '', { enter: () => true });
    expect(Object.keys(disk.files())).toEqual(['a/kept.tsv']);
  });

  it('are left in folders that are not to be entered', async () => {
    const { disk, folder } = await diskWithLeftovers();
    await removeLeftovers(folder, '', { enter: (name) => name !== 'b' });
    expect([...Object.keys(disk.files())].sort()).toEqual(['a/kept.tsv', `b/${part}`]);
  });

  it('stay when they were written after the moment that is named', async () => {
    const { disk, folder } = await diskWithLeftovers();
    disk.modified[`a/${part}`] = 999;
    disk.modified[`b/${part}`] = 1000;
    await removeLeftovers(folder, '', { enter: () => true, before: 1000 });
    expect([...Object.keys(disk.files())].sort()).toEqual(['a/kept.tsv', `b/${part}`]);
  });

  it('in a folder that is not there are none', async () => {
    const { folder } = await diskWithLeftovers();
    await expect(removeLeftovers(folder, 'c/d')).resolves.toBeUndefined();
  });
});
