/** @file The conformance suite on a directory handle; runs on the page and in its worker. */
import { folderConformance } from '../../src/folders/conformance';
import { pickedFolder } from '../../src/folders/picked-folder';

export interface CaseEnd {
  readonly name: string;
  /** Empty when the folder did as it must. */
  readonly fault: string;
}

/** Runs each case in a new folder inside `root`. */
export async function checkFolders(root: FileSystemDirectoryHandle): Promise<readonly CaseEnd[]> {
  const make = async () => pickedFolder(await root.getDirectoryHandle(crypto.randomUUID(), { create: true }));
  const ends: CaseEnd[] = [];
  for (const { name, run } of folderConformance(make)) {
    ends.push({ name, fault: await run().then(() => '', String) });
  }
  return ends;
}
