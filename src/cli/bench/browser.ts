/** @file The benchmark in headless Chromium: compiled in memory, served from memory, and never part of the app. */
import type { BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { graphicsFlags, launchChromium } from '../chromium';
import type { BenchHost, PytorchRequest, PytorchSession } from './host';
import type { BenchOptions } from './main';
import type { SessionFacts } from './page';
import type { Machine, Report } from './report';

type Files = ReadonlyMap<string, string | Uint8Array>;

/** What the page asks of this process. */
interface BrowserHost extends Pick<BenchHost, 'print' | 'openPytorch'> {
  /** Folder of the repository. */
  readonly root: string;
  machineNow(runtime: string): Machine;
}

const origin = 'http://localhost';
const html = '<!doctype html><title>Benchmark</title><script type="module" src="/page.js"></script>';
/** Exact clocks, as the app has them. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** Files of the page by path. */
async function compile(root: string): Promise<Files> {
  const built = await build({
    root,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      chunkSizeWarningLimit: 1e5,
      rolldownOptions: { input: 'src/cli/bench/page.ts', output: { entryFileNames: '[name].js' } },
    },
  });
  if (!('output' in built)) throw new Error('Vite built something else than one page.');
  return new Map(built.output.map((part) => [`/${part.fileName}`, part.type === 'chunk' ? part.code : part.source]));
}

async function openPage(files: Files): Promise<{ page: Page; context: BrowserContext; close: () => Promise<void> }> {
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

/** Runs the benchmark with a graphics adapter if Chromium finds one, else on SwiftShader. Resolves to the report, as `bench` does. */
export async function runInChromium(
  { root, print, machineNow, openPytorch }: BrowserHost,
  options: BenchOptions,
): Promise<Report | null> {
  const { page, context, close } = await openPage(await compile(root));
  const runtime = `Chromium ${context.browser()?.version() ?? ''}`.trim();
  const sessions: PytorchSession[] = [];
  try {
    await page.exposeFunction('benchPrint', print);
    await page.exposeFunction('benchMachine', () => machineNow(runtime));
    await page.exposeFunction('benchOpenPytorch', async (request: PytorchRequest): Promise<SessionFacts | string> => {
      const session = await openPytorch(request);
      if (typeof session === 'string') return session;
      const { version, device, threads } = session;
      return { version, device, threads, id: sessions.push(session) - 1 };
    });
    await page.exposeFunction('benchStepPytorch', (id: number) => sessions[id].step());
    await page.exposeFunction('benchClosePytorch', (id: number) => sessions[id].close());
    return await page.evaluate((given) => globalThis.runBench(given), options);
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
    await close();
  }
}
