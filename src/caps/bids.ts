/** @file A BIDS folder: its participants lie directly in it. */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { subjectsPath } from './layout';

/** Throws `bids-missing` without such a folder, `bids-is-caps` where participants lie in `subjects`, `bids-empty` without any. */
export async function checkBids(bids: Folder): Promise<void> {
  const { name: folder } = bids;
  if ((await bids.kindOf('')) !== 'folder') throw appError('bids-missing', { folder }, { where: folder });
  if ((await bids.kindOf(subjectsPath)) === 'folder') throw appError('bids-is-caps', { folder }, { where: folder });
  const entries = await bids.list('');
  if (!entries.some(({ name, kind }) => kind === 'folder' && name.startsWith('sub-')))
    throw appError('bids-empty', { folder }, { where: folder });
}

/** A path below `subjects`, as the BIDS folder has it. */
export const bidsPath = (path: string): string => (path === subjectsPath ? '' : path.replace(`${subjectsPath}/`, ''));

/** The folder as what looks for images in a CAPS sees one: participants in `subjects`. For reading alone. */
export function bidsAsCaps(bids: Folder): Folder {
  const never = (): Promise<never> => Promise.reject(new TypeError('a BIDS folder is only read'));
  return {
    name: bids.name,
    list: (path, most) => bids.list(bidsPath(path), most),
    kindOf: (path) => bids.kindOf(bidsPath(path)),
    file: (path) => bids.file(bidsPath(path)),
    read: (path) => bids.read(bidsPath(path)),
    write: never,
    makeFolder: never,
    remove: never,
    sub: (path) => bids.sub(bidsPath(path)),
  };
}
