import { describe, expect, it } from 'vitest';
import { type FakeDisk, type FaultAt, fakeDisk } from './fake-handles';
import { memoryFolder } from './memory-folder';
import { ensurePermission, pickedFolder } from './picked-folder';
import { directBytes, isUnfinishedName } from './put-file';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** A disk with the file `maps/old` = "old". */
async function diskWithOld(options?: { movable: boolean }): Promise<FakeDisk> {
  const disk = fakeDisk('study', options);
  await pickedFolder(disk.handle).write('maps/old', bytes('old'));
  return disk;
}

function failAt(disk: FakeDisk, at: FaultAt, name: string): void {
  disk.fault = (now) => (now === at ? new DOMException(name, name) : undefined);
}

describe('a folder behind a handle, when something fails', () => {
  const steps: readonly (readonly [boolean, FaultAt])[] = [
    [true, 'createWritable'],
    [true, 'write'],
    [true, 'close'],
    [true, 'move'],
    [false, 'createWritable'],
    [false, 'write'],
    [false, 'close'],
  ];
  for (const [movable, step] of steps) {
    it(`a write that fails at ${step} (${movable ? 'with' : 'without'} move) leaves the old file and no new one`, async () => {
      const disk = await diskWithOld({ movable });
      const folder = pickedFolder(disk.handle);
      failAt(disk, step, 'QuotaExceededError');
      const full = { code: 'disk-full', cause: { name: 'QuotaExceededError' } };
      await expect(folder.write('maps/new', bytes('new'))).rejects.toMatchObject({ ...full, where: 'maps/new' });
      if (step !== 'move') {
        await expect(folder.write('maps/old', bytes('new'))).rejects.toMatchObject({ ...full, where: 'maps/old' });
      }
      expect(disk.files()).toEqual({ 'maps/old': bytes('old') });
    });
  }

  it('a crash before the file is closed leaves the old bytes, and lists no unfinished file', async () => {
    const disk = await diskWithOld();
    const folder = pickedFolder(disk.handle);
    disk.fault = (at) => (at === 'close' ? 'crash' : undefined);
    void folder.write('maps/old', bytes('new'));
    void folder.write('maps/new', bytes('new'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    disk.fault = () => undefined;
    expect(Object.keys(disk.files())).toHaveLength(4); // the old file, its swap file, ours, and its swap file
    const reopened = pickedFolder(disk.handle);
    expect(await reopened.list('maps')).toEqual([{ name: 'old', kind: 'file' }]);
    expect(await reopened.read('maps/old')).toEqual(bytes('old'));
    expect(await reopened.kindOf('maps/new')).toBeUndefined();
    await reopened.write('maps/old', bytes('newer'));
    expect(await reopened.read('maps/old')).toEqual(bytes('newer'));
  });

  it('a withdrawn permission is told as such, with the path, and writing works again when it is back', async () => {
    const disk = await diskWithOld();
    const folder = pickedFolder(disk.handle);
    failAt(disk, 'createWritable', 'NotAllowedError');
    await expect(folder.write('maps/new', bytes('x'))).rejects.toMatchObject({
      code: 'permission-withdrawn',
      where: 'maps/new',
      cause: { name: 'NotAllowedError' },
    });
    failAt(disk, 'list', 'NotAllowedError');
    await expect(folder.list('maps')).rejects.toMatchObject({ code: 'permission-withdrawn' });
    disk.fault = () => undefined;
    await folder.write('maps/new', bytes('x'));
    expect(Object.keys(disk.files()).sort()).toEqual(['maps/new', 'maps/old']);
  });

  it('a folder that is gone is told from a file that is missing', async () => {
    const disk = await diskWithOld();
    const folder = pickedFolder(disk.handle);
    await expect(folder.read('maps/none')).rejects.toMatchObject({ code: 'file-missing' });
    disk.remove();
    await expect(folder.read('maps/old')).rejects.toMatchObject({ code: 'folder-gone', where: 'maps/old' });
    await expect(folder.list('maps')).rejects.toMatchObject({ code: 'folder-gone' });
    await expect(folder.write('maps/old', bytes('x'))).rejects.toMatchObject({ code: 'folder-gone' });
  });

  it('a file that changes between opening and reading is an error, never mixed bytes', async () => {
    const disk = await diskWithOld();
    const file = await pickedFolder(disk.handle).file('maps/old');
    failAt(disk, 'arrayBuffer', 'NotReadableError');
    await expect(file.bytes()).rejects.toMatchObject({ code: 'file-unreadable', where: 'maps/old' });
  });

  it('a name that only this system refuses is named', async () => {
    const folder = pickedFolder(fakeDisk().handle);
    await expect(folder.write('a<b', bytes('x'))).rejects.toMatchObject({ code: 'name-refused' });
  });

  it('a folder deleted by another program is made again when written to', async () => {
    const disk = await diskWithOld();
    const folder = pickedFolder(disk.handle);
    disk.remove('maps');
    expect(await folder.kindOf('maps')).toBeUndefined();
    await expect(folder.list('maps')).rejects.toMatchObject({ code: 'folder-missing' });
    await folder.makeFolder('maps');
    disk.remove('maps');
    await folder.write('maps/new', bytes('x'));
    expect(Object.keys(disk.files())).toEqual(['maps/new']);
  });

  it('a folder read a hundred times is opened once', async () => {
    const disk = fakeDisk();
    const folder = pickedFolder(disk.handle);
    await folder.write('a/b/c/x', bytes('x'));
    let opened = 0;
    const original = disk.handle.getDirectoryHandle.bind(disk.handle);
    disk.handle.getDirectoryHandle = (...args) => {
      opened++;
      return original(...args);
    };
    for (let i = 0; i < 100; i++) await folder.sub('a/b').read('c/x');
    expect(opened).toBe(0);
  });

  it('neither kind of folder removes itself', async () => {
    for (const folder of [memoryFolder(), pickedFolder(fakeDisk().handle)]) {
      await expect(folder.remove('')).rejects.toMatchObject({ code: 'name-refused' });
    }
  });
});

describe('a large new file of the private file system', () => {
  const large = Uint8Array.from({ length: directBytes }, (_, i) => i % 251);
  const open = (options = { direct: true }) => {
    const disk = fakeDisk('study', options);
    return { disk, folder: pickedFolder(disk.handle) };
  };

  it('is written straight into a file of another name, flushed, and then moved', async () => {
    const { disk, folder } = open();
    const seen: boolean[] = [];
    disk.fault = (at) => {
      if (at === 'writeDirectly' || at === 'flush')
        seen.push(Object.keys(disk.files()).every((path) => isUnfinishedName(path.replace('maps/', ''))));
      return undefined;
    };
    await folder.write('maps/new', large);
    expect(disk.files()).toEqual({ 'maps/new': large });
    expect(disk.calls).not.toContain('createWritable');
    const [write, flush, move] = (['writeDirectly', 'flush', 'move'] as const).map((at) => disk.calls.lastIndexOf(at));
    expect([write < flush, flush < move]).toEqual([true, true]);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).not.toContain(false);
  });

  it.each(['writeDirectly', 'flush', 'move'] as const)('that fails at %s leaves nothing', async (step) => {
    const { disk, folder } = open();
    failAt(disk, step, 'QuotaExceededError');
    await expect(folder.write('maps/new', large)).rejects.toMatchObject({ code: 'disk-full', where: 'maps/new' });
    expect(disk.files()).toEqual({});
  });

  it.each([
    ['is small', large.slice(1), { direct: true }],
    ['lies on the person’s disk', large, { direct: false }],
    ['cannot be moved', large, { direct: true, movable: false }],
  ])('is written the other way where it %s', async (_, bytes, options) => {
    const { disk, folder } = open(options);
    await folder.write('maps/new', bytes);
    expect(disk.files()).toEqual({ 'maps/new': bytes });
    expect(disk.calls).toContain('createWritable');
    expect(disk.calls).not.toContain('writeDirectly');
  });

  it('is written the other way where one lies there already', async () => {
    const { disk, folder } = open();
    await folder.write('maps/new', large);
    await folder.write('maps/new', large.slice(7));
    expect(disk.files()).toEqual({ 'maps/new': large.slice(7) });
    expect(disk.calls.filter((at) => at === 'createSyncAccessHandle')).toHaveLength(1);
  });
});

describe('ensurePermission', () => {
  const handle = (state: PermissionState, answer: PermissionState) => {
    const asked: string[] = [];
    const fake = {
      queryPermission: async () => state,
      requestPermission: async ({ mode }: { mode: string }) => {
        asked.push(mode);
        return answer;
      },
    };
    return { handle: fake as unknown as FileSystemDirectoryHandle, asked };
  };

  it('asks only when told to and when the question is open', async () => {
    const open = handle('prompt', 'granted');
    expect(await ensurePermission(open.handle, 'readwrite', false)).toBe('prompt');
    expect(open.asked).toEqual([]);
    expect(await ensurePermission(open.handle, 'readwrite', true)).toBe('granted');
    expect(open.asked).toEqual(['readwrite']);
    const refused = handle('denied', 'granted');
    expect(await ensurePermission(refused.handle, 'read', true)).toBe('denied');
    expect(refused.asked).toEqual([]);
  });

  it('a browser without permissions for handles has given them', async () => {
    expect(await ensurePermission({} as FileSystemDirectoryHandle, 'readwrite', true)).toBe('granted');
  });
});
