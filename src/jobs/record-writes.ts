/** @file A folder that tells which files are written through it, at any depth. */
import type { Folder } from '../folders/folder';

const joinPath = (prefix: string, path: string): string => [prefix, path].filter((part) => part !== '' && part !== '.').join('/');

/** The same folder; `told` gets the path, inside this folder, of each file after it was written. */
export function recordWrites(folder: Folder, told: (path: string) => void, prefix = ''): Folder {
  return new Proxy(folder, {
    get(target, property) {
      if (property === 'write') {
        return async (path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
          await target.write(path, bytes);
          told(joinPath(prefix, path));
        };
      }
      if (property === 'sub') return (path: string): Folder => recordWrites(target.sub(path), told, joinPath(prefix, path));
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
