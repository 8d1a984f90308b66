/** @file Folders that stand for another one and watch over its use. Readers need the real one, which they can open in their own thread. */
import type { Folder } from '../folders/folder';

interface Real {
  readonly folder: Folder;
  /** Path of the folder inside the one that the outermost stand-in was made for. */
  readonly prefix: string;
}

const reals = new WeakMap<object, Real>();

/** Says what a folder stands for. */
export function standsFor(standIn: Folder, target: Folder, prefix: string): void {
  reals.set(standIn, { folder: realFolder(target), prefix });
}

/** The folder itself, which can be opened again elsewhere. */
export function realFolder(folder: Folder): Folder {
  return reals.get(folder)?.folder ?? folder;
}

/** The real folder and its place, for anything that may be a stand-in. */
export function realOf(folder: object): Real | undefined {
  return reals.get(folder);
}
