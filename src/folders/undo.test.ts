import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Folder } from './folder';
import { fillFolder, memoryFolder } from './memory-folder';
import { undoable } from './undo';
import { walk } from './walk';

async function contentOf(folder: Folder): Promise<string[]> {
  const entries = await walk(folder);
  const text = async (path: string): Promise<string> => new TextDecoder().decode(await folder.read(path));
  return Promise.all(entries.map(async ({ path, kind }) => (kind === 'file' ? `${path}: ${await text(path)}` : path)));
}

const names = fc.constantFrom('a', 'b', 'new');
const path = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const step = fc.oneof(
  fc.tuple(fc.constant('write' as const), path, fc.nat(9)),
  fc.tuple(fc.constant('remove' as const), path, fc.nat(9)),
  fc.tuple(fc.constant('makeFolder' as const), path, fc.nat(9)),
);

it('any changes are taken back, files and folders alike', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.boolean(), async (steps, below) => {
      const target = memoryFolder();
      await fillFolder(target, { 'a/a': '1', 'a/b/a': '2', b: '3' });
      const before = await contentOf(target);
      const { folder, undo } = undoable(target);
      const used = below ? folder.sub('a') : folder;
      for (const [kind, where, value] of steps) {
        try {
          if (kind === 'write') await used.write(where, Uint8Array.of(48 + value));
          else await used[kind](where);
        } catch {
          // a file where a folder is needed: as it would be without undoing
        }
      }
      await undo();
      expect(await contentOf(target)).toEqual(before);
    }),
  );
});
