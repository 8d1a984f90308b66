/** @file What a killed tab left in a folder is cleared away when the folder is opened again, in any tab and from any folder around it. */
import type { Claims } from '../../checkpoints/claims';
import type { Folder } from '../../folders/folder';
import { removeLeftovers } from '../../folders/leftovers';
import type { HandleSource } from '../../folders/source';

/**
 * Removes unfinished files of before this moment, unless someone works in the folder. The many folders of a CAPS are entered only
 * when a tab is known to have ended in the middle of its work there.
 */
export async function tidy(claims: Claims, source: HandleSource, folder: Folder): Promise<void> {
  const before = Date.now();
  try {
    const { busy, dead } = await claims.look(source);
    if (busy) return;
    const died = dead.filter(({ kind }) => kind !== 'copy');
    await removeLeftovers(folder, '', { before, enter: (name) => dead.length > 0 || name !== 'subjects' });
    await claims.forget(await inside(source, died));
  } catch {
    // they stay unseen until the next opening
  }
}

/** Claims of the folder itself or of what lies in it: those around it may have left more elsewhere. */
async function inside<C extends Pick<HandleSource, 'handle' | 'path'>>(
  { handle, path }: HandleSource,
  claims: readonly C[],
): Promise<C[]> {
  if (path !== '') return [];
  const found: C[] = [];
  for (const claim of claims) if ((await handle.resolve(claim.handle)) !== null) found.push(claim);
  return found;
}
