/** @file The benchmark in headless Chromium: compiled in memory, served from memory, and never part of the app. */
import { build } from 'vite';
import { graphicsFlags, launchChromium } from '../chromium.mjs';

const origin = 'http://localhost';
const html = '<!doctype html><title>Benchmark</title><script type="module" src="/page.js"></script>';
/** Exact clocks, as the app has them. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/**
 * @param {string} root of the repository
 * @returns {Promise<Map<string, string | Uint8Array>>} files by path
 */
async function compile(root) {
  const { output } = await build({
    root,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      chunkSizeWarningLimit: 1e5,
      rolldownOptions: { input: 'src/cli/bench/page.ts', output: { entryFileNames: '[name].js' } },
    },
  });
  return new Map(output.map((part) => [`/${part.fileName}`, part.type === 'chunk' ? part.code : part.source]));
}

/** @param {Map<string, string | Uint8Array>} files */
async function openPage(files) {
  const { context, close } = await launchChromium({ webgpu: graphicsFlags });
  await context.route('**/*', (route) => {
    const { pathname } = new URL(route.request().url());
    const body = pathname === '/' ? html : files.get(pathname);
    if (body === undefined) return route.fulfill({ status: 404 });
    const contentType = pathname === '/' ? 'text/html' : 'text/javascript';
    return route.fulfill({ headers: isolation, contentType, body: typeof body === 'string' ? body : Buffer.from(body) });
  });
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(origin);
  await page.waitForFunction(() => 'runBench' in globalThis);
  return { page, context, close };
}

/**
 * Runs the benchmark with a graphics adapter if Chromium finds one, else on SwiftShader. Resolves to the report.
 * @param {{ root: string, print: (line: string) => void, machineNow: (runtime: string) => object, openPytorch: (request: object) => Promise<any> }} host
 * @param {object} options of `bench`
 */
export async function runInChromium({ root, print, machineNow, openPytorch }, options) {
  const { page, context, close } = await openPage(await compile(root));
  const runtime = `Chromium ${context.browser()?.version() ?? ''}`.trim();
  const sessions = [];
  try {
    await page.exposeFunction('benchPrint', print);
    await page.exposeFunction('benchMachine', () => machineNow(runtime));
    await page.exposeFunction('benchOpenPytorch', async (request) => {
      const session = await openPytorch(request);
      if (typeof session === 'string') return session;
      const { version, device, threads } = session;
      return { version, device, threads, id: sessions.push(session) - 1 };
    });
    await page.exposeFunction('benchStepPytorch', (id) => sessions[id].step());
    await page.exposeFunction('benchClosePytorch', (id) => sessions[id].close());
    return await page.evaluate((given) => globalThis.runBench(given), options);
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
    await close();
  }
}
