/** @file A page that runs the conformance suite on folders that a test gives it, on the page itself and in a worker. */
import { type CaseEnd, checkFolders } from './check';

type Place = 'page' | 'worker';

function inWorker(root: FileSystemDirectoryHandle): Promise<readonly CaseEnd[]> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.addEventListener('message', ({ data }) => resolve(data));
    worker.addEventListener('error', (event) => reject(new Error(event.message)));
    worker.postMessage(root);
  });
}

declare global {
  var folderPage: {
    /** Of the folder picked last, or the private file system. */
    check(which: 'picked' | 'private', place: Place): Promise<readonly CaseEnd[]>;
  };
}

let picked: FileSystemDirectoryHandle | undefined;
document.querySelector('button')?.addEventListener('click', async () => {
  picked = await window.showDirectoryPicker({ mode: 'readwrite' });
  document.title = picked.name;
});

globalThis.folderPage = {
  async check(which, place) {
    const root = which === 'picked' ? picked : await navigator.storage.getDirectory();
    if (root === undefined) throw new Error('no folder was picked');
    return place === 'page' ? checkFolders(root) : inWorker(root);
  },
};
