import 'fake-indexeddb/auto';
import { expect, it, vi } from 'vitest';
import { forgetFolder, recentFolders, rememberFolder } from './recent-folders';

/** What survives the database of a handle in these tests is its plain data; the fresh handle can compare. */
class Handle {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  async isSameEntry(other: { readonly name: string }): Promise<boolean> {
    return other.name === this.name;
  }
}
const handle = (name: string): FileSystemDirectoryHandle => new Handle(name) as unknown as FileSystemDirectoryHandle;

it('a folder opened again moves to the top and is listed once', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  for (const [i, name] of ['caps', 'maps', 'caps'].entries()) {
    vi.setSystemTime(1000 * (i + 1));
    await rememberFolder(handle(name), 'recent');
  }
  vi.useRealTimers();
  const found = await recentFolders('recent');
  expect(found.map((folder) => [folder.name, folder.openedAt])).toEqual([
    ['caps', 3000],
    ['maps', 2000],
  ]);
  await forgetFolder(found[0].id, 'recent');
  expect((await recentFolders('recent')).map((folder) => folder.name)).toEqual(['maps']);
});

it('the twenty last opened folders stay', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  for (let i = 0; i < 23; i++) {
    vi.setSystemTime(i);
    await rememberFolder(handle(`f${i}`), 'many');
  }
  vi.useRealTimers();
  expect((await recentFolders('many')).map((folder) => folder.name)).toEqual(Array.from({ length: 20 }, (_, i) => `f${22 - i}`));
});
