/** @file Folders in memory with tables, for the tests of their commands. */
import type { Folder } from '../src/folders/folder';
import { memoryFolder } from '../src/folders/memory-folder';
import { contentOf } from './road-files';

/** Files by path. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<Folder> {
  const folder = memoryFolder('study');
  for (const [path, text] of Object.entries(files)) await folder.write(path, new TextEncoder().encode(text));
  return folder;
}

export async function textIn(folder: Folder, path: string): Promise<string> {
  return new TextDecoder().decode(await folder.read(path));
}

/** All that the folder holds, to compare. */
export const filesIn = contentOf;
