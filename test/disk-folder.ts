/** @file Folders on the test machine's disk, copied into a folder in memory. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Folder } from '../src/folders/folder';

/** Copies all files below `from` (a path on disk) into `folder`, below the path `to`. */
export async function copyIntoFolder(folder: Folder, from: string, to = ''): Promise<void> {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const onDisk = path.join(entry.parentPath, entry.name);
    const inside = path.relative(from, onDisk).split(path.sep).join('/');
    await folder.write(to === '' ? inside : `${to}/${inside}`, new Uint8Array(readFileSync(onDisk)));
  }
}
