/**
 * @file Keeps the app's own files in the browser, so that it works without a network, and without its server, once it was loaded. A
 * script without imports; the build puts the names of its files in front (`src/cli/offline.ts`).
 */

/** Paths from the folder of this script. */
declare const builtFiles: readonly string[];
/** Another one for other files. */
declare const buildId: string;

(() => {
  const scope = self as unknown as ServiceWorkerGlobalScope;
  const prefix = 'clinicadl-app ';
  const cacheName = prefix + buildId;
  const at = (file: string): string => new URL(file, scope.location.href).href;
  const kept = new Set(builtFiles.map(at));

  async function install(): Promise<void> {
    const cache = await caches.open(cacheName);
    await cache.addAll([...kept].map((url) => new Request(url, { cache: 'no-cache' })));
  }

  /** Not before the pages of the build before are closed: they load parts of it still. */
  async function activate(): Promise<void> {
    for (const name of await caches.keys()) if (name.startsWith(prefix) && name !== cacheName) await caches.delete(name);
    await scope.clients.claim();
  }

  async function fromCache(url: string): Promise<Response | undefined> {
    return (await caches.open(cacheName)).match(url);
  }

  /** The page of the server while there is one, so that a new build is seen at once. */
  async function page(request: Request): Promise<Response> {
    const found = await fromCache(at('index.html'));
    if (found !== undefined && !navigator.onLine) return found;
    try {
      return await fetch(request);
    } catch (error) {
      if (found === undefined) throw error;
      return found;
    }
  }

  scope.addEventListener('install', (event) => event.waitUntil(install()));
  scope.addEventListener('activate', (event) => event.waitUntil(activate()));
  scope.addEventListener('fetch', (event) => {
    const { request } = event;
    const { href, search } = new URL(request.url);
    const url = href.slice(0, href.length - search.length - new URL(href).hash.length);
    if (request.method !== 'GET') return;
    if (request.mode === 'navigate' && (url === at('./') || url === at('index.html'))) event.respondWith(page(request));
    else if (kept.has(url)) event.respondWith(fromCache(url).then((found) => found ?? fetch(request)));
  });
})();
