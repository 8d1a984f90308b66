/** @file Whether changed files can have changed the images of a CAPS: only then are its sessions looked through again. */
import { preparedFolder, subjectsPath } from './layout';

/** `changed`: files and folders of the workspace; null: any. `caps`: '.' for the workspace itself. */
export function changesImages(changed: readonly string[] | null, caps: string): boolean {
  if (changed === null) return true;
  const subjects = caps === '.' ? subjectsPath : `${caps}/${subjectsPath}`;
  return changed
    .map((path) => path.replace(/^(\.\/)+|\/+$/g, ''))
    .some((path) => {
      if (path === '' || path === '.' || `${subjects}/`.startsWith(`${path}/`)) return true;
      return path.startsWith(`${subjects}/`) && !path.split('/').includes(preparedFolder);
    });
}
