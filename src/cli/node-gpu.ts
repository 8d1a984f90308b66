/**
 * @file WebGPU for tests and the benchmark in Node: Dawn (npm `webgpu`) on the Vulkan driver that `VK_ICD_FILENAMES` names. It is
 * part of the packed benchmark, which lies on machines without a browser.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** RTLD_NOW | RTLD_NODELETE: the library stays loaded although it is no Node module. */
const stayLoaded = 0x1002;

let pending: Promise<GPU> | undefined;

/**
 * Loads the Vulkan loader that lies beside a driver file. Dawn asks for `libvulkan.so.1` by name, finds none on a machine without
 * Vulkan installed, and then takes the one that the process holds already.
 */
function holdLoader(driverFile: string): void {
  const loader = path.join(path.dirname(driverFile), 'libvulkan.so.1');
  if (!existsSync(loader)) return;
  try {
    process.dlopen({ exports: {} }, loader, stayLoaded);
  } catch (error) {
    // "Module did not self-register" is the expected end: the library is loaded by then.
    if (!String(error).includes('self-register')) throw error;
  }
}

async function open(): Promise<GPU> {
  const wanted = process.env.VK_ICD_FILENAMES ?? process.env.VK_DRIVER_FILES;
  if (wanted === undefined)
    throw new Error(
      "No Chromium with a software Vulkan driver: install chromium, or set VK_ICD_FILENAMES to a driver's .json file.",
    );
  const absent = wanted.split(':').find((file) => !existsSync(file));
  if (absent !== undefined)
    throw new Error(`No Vulkan driver file at ${absent}: correct VK_ICD_FILENAMES, or unset it for Chromium's software driver.`);
  // The Vulkan loader reads the environment when Dawn makes its instance.
  process.env.VK_ICD_FILENAMES = wanted;
  for (const file of wanted.split(':')) holdLoader(file);
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  return create([]);
}

/**
 * The `navigator.gpu` of this process, made once. It is kept referenced here, because devices die with it; the WebGPU globals
 * (`GPUBufferUsage` and so on) are defined as a side effect.
 */
export function nodeGpu(): Promise<GPU> {
  pending ??= open();
  return pending;
}
