/** @file Runs the suite on a handle that the page sends. */
import { checkFolders } from './check';

addEventListener('message', async ({ data }: MessageEvent<FileSystemDirectoryHandle>) => {
  postMessage(await checkFolders(data));
});
