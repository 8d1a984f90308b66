/**
 * @file A whole file into its place at once.
 *
 * For a file that exists the browser sees to it (with a swap file); a new one is written under a name of ours and then moved, because
 * a crash would otherwise leave an empty file. Workers write large new files of the private file system straight into that file:
 * elsewhere each byte goes through another process, twice.
 */
import { isMissing } from './handle-errors';

const unfinished = /\.crswap$|^clinicadl-[0-9a-f-]{36}\.part$/i;

/** True for files that a write has not finished; they are not listed. */
export function isUnfinishedName(name: string): boolean {
  return unfinished.test(name);
}

/** To open a file for it takes longer than to write a smaller one. */
export const directBytes = 2 ** 20;

/** Promises in Safari before 16.4. */
interface DirectAccess {
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  flush(): void | Promise<void>;
  close(): void | Promise<void>;
}

/** Not in the compiler's library yet, or not there in every browser and thread. */
interface NewFile extends Pick<FileSystemFileHandle, 'createWritable'> {
  move?(name: string): Promise<void>;
  createSyncAccessHandle?(): Promise<DirectAccess>;
}

/** Puts the bytes under the name. Rejects with the browser's own errors; what was there, or was not, then stays so. */
export async function putFile(parent: FileSystemDirectoryHandle, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    return await fill(await parent.getFileHandle(name), bytes);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  let newName = `clinicadl-${crypto.randomUUID()}.part`;
  let file: NewFile = await parent.getFileHandle(newName, { create: true });
  try {
    if (file.move === undefined) {
      await parent.removeEntry(newName);
      newName = name;
      file = await parent.getFileHandle(name, { create: true });
    } else if (bytes.length >= directBytes && (await fillDirectly(file, bytes))) {
      return await file.move(name);
    }
    await fill(file, bytes);
    if (newName !== name) await file.move?.(name);
  } catch (error) {
    await parent.removeEntry(newName).catch(() => {});
    throw error;
  }
}

async function fill(file: NewFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const writable = await file.createWritable();
  try {
    await writable.write(bytes);
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => {}); // it may be closed already; the first error is the one to tell
    throw error;
  }
}

/** False where it cannot be: on the page, and on the person's disk. */
async function fillDirectly(file: NewFile, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  let access: DirectAccess;
  try {
    if (file.createSyncAccessHandle === undefined) return false;
    access = await file.createSyncAccessHandle();
  } catch {
    return false; // not a private file: the usual way tells what else is wrong
  }
  try {
    for (let at = 0; at < bytes.length; ) {
      const written = access.write(bytes.subarray(at), { at });
      if (written === 0) throw new DOMException('The disk takes no more.', 'QuotaExceededError');
      at += written;
    }
    await access.flush();
  } finally {
    await access.close();
  }
  return true;
}
