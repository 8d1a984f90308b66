import { describe, expect, it } from 'vitest';
import { fillFolder, memoryFolder } from '../folders/memory-folder';
import { movedPath } from './moved-path';

async function study(files: readonly string[]): Promise<Parameters<typeof movedPath>[1] & { readonly lines: string[] }> {
  const workspace = memoryFolder('study');
  await fillFolder(workspace, Object.fromEntries(files.map((file) => [file, ''])));
  const lines: string[] = [];
  return { workspace, lines, log: (line) => void lines.push(line) };
}

describe('paths of another machine', () => {
  it('are found by their longest end', async () => {
    const context = await study(['study/caps/a', 'caps/a']);
    expect(await movedPath('/data/study/caps', context)).toBe('study/caps');
    expect(await movedPath('D:\\work\\caps', context)).toBe('caps');
    expect(context.lines).toHaveLength(2);
  });

  it('stay as they are when they are relative, also when nothing is there', async () => {
    expect(await movedPath('elsewhere/caps', await study(['caps/a']))).toBe('elsewhere/caps');
  });

  it('are refused by name when the opened folder has no such end', async () => {
    await expect(movedPath('/data/other', await study(['caps/a']))).rejects.toMatchObject({
      code: 'path-elsewhere',
      where: '/data/other',
    });
  });
});
