/** @file The packed benchmark: main module of the bundle that `--pack` writes, for a bare Linux machine with a graphics driver. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { check } from './check';
import { bench } from './main';
import { markdownOf } from './markdown';
import { nodeHost, offerNodeGpu } from './node';
import { help, parseOptions } from './options';

/** Where drivers say that they are there; the Vulkan loader knows the first ones too, containers mount the last. */
const driverFolders = [
  '/etc/vulkan/icd.d',
  '/usr/share/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
  '/usr/local/etc/vulkan/icd.d',
  '/usr/local/nvidia/share/vulkan/icd.d',
];

/** Exit code: there is nothing to run on. */
const noDevice = 3;

function driverFiles(): string[] {
  return driverFolders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => path.join(folder, name)),
    );
}

/** Lets Dawn find a device; the sentence that says why there is none. */
async function missingDevice(): Promise<string | null> {
  if (process.env.VK_ICD_FILENAMES === undefined && process.env.VK_DRIVER_FILES === undefined) {
    const files = driverFiles();
    if (files.length === 0) return `no driver file in ${driverFolders.join(', ')} (VK_ICD_FILENAMES names another)`;
    process.env.VK_ICD_FILENAMES = files.join(':');
  }
  try {
    await offerNodeGpu();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  return adapter === null ? `the driver ${process.env.VK_ICD_FILENAMES ?? process.env.VK_DRIVER_FILES} offers none` : null;
}

async function run(): Promise<number> {
  const { json, browser, pack, check: goals, help: wanted, ...options } = parseOptions(process.argv.slice(2));
  if (wanted) {
    console.log(help);
    return 0;
  }
  if (browser || pack !== undefined) throw new Error(`${browser ? '--browser' : '--pack'} needs the repository.`);
  // TensorFlow.js asks for Node's modules by `require`.
  Object.assign(globalThis, { require: createRequire(import.meta.url) });
  const missing = await missingDevice();
  if (missing !== null) {
    console.error(`No Vulkan device: ${missing}.`);
    return noDevice;
  }
  // The lines of the run go to standard error, so that standard output is the tables and, last, the JSON.
  const host = await nodeHost(console.error);
  if (goals) return (await check(host, options.rounds)) > 0 ? 1 : 0;
  const report = await bench(host, options);
  if (report === null) return 0;
  console.log(markdownOf(report));
  console.log(JSON.stringify(report));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  return report.failures.length > 0 ? 1 : 0;
}

run().then(
  // Dawn keeps threads that would hold the process.
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
