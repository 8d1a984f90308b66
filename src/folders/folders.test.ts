import { describe, expect, it } from 'vitest';
import { folderConformance } from './conformance';
import { fakeDisk } from './fake-handles';
import { memoryFolder } from './memory-folder';
import { pickedFolder } from './picked-folder';
import { openSource, sourceOf } from './source';

const kinds = {
  'a folder in memory': async () => memoryFolder(),
  'a folder behind a handle': async () => pickedFolder(fakeDisk().handle),
  'a folder behind a handle of a browser without move': async () => pickedFolder(fakeDisk('disk', { movable: false }).handle),
  'a folder behind a handle of the private file system': async () => pickedFolder(fakeDisk('disk', { direct: true }).handle),
  'a sub-folder behind a handle': async () => {
    const folder = pickedFolder(fakeDisk().handle);
    await folder.makeFolder('one/two');
    return folder.sub('one/two');
  },
};

for (const [kind, make] of Object.entries(kinds)) {
  describe(kind, () => {
    for (const { name, run } of folderConformance(make)) it(name, run);
  });
}

describe('folder sources', () => {
  it('a source opens the same sub-folder again', async () => {
    const folder = pickedFolder(fakeDisk().handle);
    await folder.write('a/b/x', new Uint8Array([7]));
    const source = sourceOf(folder.sub('a').sub('b'));
    expect(source?.path).toBe('a/b');
    expect(await openSource(source!).read('x')).toEqual(new Uint8Array([7]));
  });

  it('a folder in memory has no source', () => {
    expect(sourceOf(memoryFolder())).toBeUndefined();
  });
});
