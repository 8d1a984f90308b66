/**
 * @file Folders of the disk in a browser without a person: the native picker is replaced by "what the test drops", which gives the page
 * a genuine handle. Everything after the picker is the app's own and the browser's.
 */
import type { Page } from 'playwright-core';

/** Runs in the page before its scripts. */
export function pickerStandIn(): void {
  if (!('showDirectoryPicker' in window)) return;
  window.showDirectoryPicker = (options: DirectoryPickerOptions = {}) =>
    new Promise((resolve, reject) => {
      if (!navigator.userActivation.isActive) {
        reject(new DOMException('Must be handling a user gesture', 'SecurityError'));
        return;
      }
      const zone = Object.assign(document.createElement('div'), { id: 'picker-stand-in' });
      zone.style.cssText = 'position: fixed; inset: 0; z-index: 2147483647';
      zone.addEventListener('dragover', (event) => event.preventDefault());
      zone.addEventListener('drop', (event) => {
        event.preventDefault();
        const dropped = event.dataTransfer?.items[0]?.getAsFileSystemHandle();
        zone.remove();
        const finish = async (): Promise<FileSystemDirectoryHandle> => {
          const handle = (await dropped) as FileSystemDirectoryHandle;
          if (options.mode === 'readwrite' && (await handle.requestPermission({ mode: 'readwrite' })) !== 'granted') {
            throw new DOMException('The user aborted a request.', 'AbortError');
          }
          return handle;
        };
        finish().then(resolve, reject);
      });
      document.documentElement.append(zone);
    });
}

/** Drops a folder or file of the disk at a place of the page. */
export async function drop(page: Page, path: string, { x, y }: { readonly x: number; readonly y: number }): Promise<void> {
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x, y, data: { items: [], files: [path], dragOperationsMask: 1 } });
  }
  await session.detach();
}

/** Chooses a folder in the picker that the page has just opened. */
export async function answerPicker(page: Page, path: string): Promise<void> {
  await page.waitForSelector('#picker-stand-in', { state: 'attached' });
  await drop(page, path, { x: 5, y: 5 });
}
