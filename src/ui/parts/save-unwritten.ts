/** @file Files that a command has finished and the disk did not take, as a zip file among the downloads. */
import { memoryFolder } from '../../folders/memory-folder';
import { exportZip } from '../../folders/zip-folder';
import type { Session } from '../state/session';
import { saveBlob } from './save-blob';

export async function saveUnwritten(session: Session): Promise<void> {
  const files = await session.client.unwritten();
  const folder = memoryFolder('not written');
  for (const { path, bytes } of files) await folder.write(path, bytes);
  saveBlob(await exportZip(folder, ''), `${session.workspace?.name ?? 'study'} - not written.zip`);
}
