/** @file `npm run bench`: compiles the benchmark with Vite, as the app is compiled, and runs it in this process or in Chromium. */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { runInChromium } from './bench/browser';
import { help, type ProgramOptions, parseOptions } from './bench/options';
import { pack } from './bench/pack';
import { chooseVulkanDriver } from './vulkan-driver';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The modules that are compiled, by name: this process has read none of them, so that imports of shaders and kernels work. */
interface Modules {
  readonly node: typeof import('./bench/node');
  readonly main: typeof import('./bench/main');
  readonly check: typeof import('./bench/check');
  readonly cost: typeof import('./bench/cost');
  readonly markdown: typeof import('./bench/markdown');
}

type Load = <Name extends keyof Modules>(name: Name) => Promise<Modules[Name]>;

/** Modules of the benchmark, for this process. */
async function openModules(): Promise<Load> {
  // TensorFlow.js asks for Node's modules by `require`.
  Object.assign(globalThis, { require: createRequire(import.meta.url) });
  const server = await createServer({
    root,
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    // Its ES modules name files without extensions, which Node does not resolve.
    environments: { ssr: { resolve: { noExternal: [/@tensorflow/], mainFields: ['module'] } } },
  });
  return async <Name extends keyof Modules>(name: Name) =>
    (await server.ssrLoadModule(`/src/cli/bench/${name}.ts`)) as Modules[Name];
}

/** Resolves to the exit code. */
async function run({ browser, json, markdown, pack: archive, check, cost, ...options }: ProgramOptions): Promise<number> {
  if (archive !== undefined) {
    const bytes = await pack(root, archive);
    console.log(
      `${archive}: ${(bytes / 1e6).toFixed(1)} MB. Unpack it on a Linux machine with a graphics driver and call clinicadl-bench/start`,
    );
    return 0;
  }
  // Chromium finds its drivers itself.
  if (!browser) chooseVulkanDriver();
  const load = await openModules();
  const print = markdown ? console.error : console.log;
  const { machineNow, nodeHost, openPytorch } = await load('node');
  if (check) return (await (await load('check')).check(await nodeHost(print), options.rounds)) > 0 ? 1 : 0;
  if (cost) {
    await (await load('cost')).cost(await nodeHost(print), options.rounds);
    return 0;
  }
  const report = browser
    ? await runInChromium({ root, print, machineNow, openPytorch }, options)
    : await (await load('main')).bench(await nodeHost(print), options);
  if (report === null) return 0;
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  if (markdown) console.log((await load('markdown')).markdownOf(report));
  return report.failures.length > 0 ? 1 : 0;
}

function readOptions(): ProgramOptions {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${help}`);
    process.exit(2);
  }
}

const options = readOptions();
if (options.help) {
  console.log(help);
  process.exit(0);
}
let code = 1;
try {
  code = await run(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
}
// Dawn keeps threads that would hold the process.
process.exit(code);
