/** @file Odd folders are told and passed over. */
import { describe, expect, it } from 'vitest';
import { AppError, appError } from '../base/errors';
import type { Issue } from '../base/issues';
import type { Folder } from './folder';
import { isTaken, listOrTell } from './list-or-tell';
import { fillFolder, memoryFolder } from './memory-folder';

async function listed(folder: Folder, path: string): Promise<[names: string[], issues: Issue[]]> {
  const issues: Issue[] = [];
  const entries = await listOrTell(folder, path, (issue) => issues.push(issue));
  return [entries.map(({ name }) => name), issues];
}

/** The folder, in which the folders of these paths cannot be read. */
const shut = (folder: Folder, paths: readonly string[]): Folder => ({
  ...folder,
  list: async (path) => {
    const action = { action: 'read', path, folder: folder.name };
    if (paths.includes(path)) throw appError('permission-withdrawn', action, { where: path });
    return folder.list(path);
  },
});

describe('listOrTell', () => {
  it.each(['old results.', 'copy ', 'aux', 'a\\b', 'Icon\r', 'x'.repeat(300)])(
    'takes %o for empty and tells it',
    async (name) => {
      const [names, issues] = await listed(memoryFolder('study'), name);
      expect(names).toEqual([]);
      expect(issues.map(({ code, severity }) => [code, severity])).toEqual([['name-refused', 'warning']]);
      expect(isTaken(name, 'caps', (issue) => issues.push(issue))).toBe(false);
      expect(issues).toHaveLength(2);
    },
  );

  it('takes a folder that cannot be read for empty, but not the opened one', async () => {
    const folder = memoryFolder('study');
    await fillFolder(folder, { 'a/x': '1', 'b/y': '2' });
    const [names, issues] = await listed(shut(folder, ['a']), 'a');
    expect([names, issues.map(({ where }) => where)]).toEqual([[], ['a']]);
    expect(await listed(shut(folder, ['a']), 'b')).toEqual([['y'], []]);
    await expect(listed(shut(folder, ['']), '')).rejects.toBeInstanceOf(AppError);
    await expect(listed(shut(folder, ['', 'a']), 'a')).rejects.toMatchObject({ code: 'permission-withdrawn' });
  });
});
