/** @file Which Vulkan driver WebGPU in Node takes. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { findChromium } from './find-chromium';

/** What Chromium calls the driver file of its SwiftShader. */
const name = 'vk_swiftshader_icd.json';

/** The driver file of a software driver: that of the SwiftShader beside Chromium; undefined if there is none. */
function softwareDriver(): string | undefined {
  const usual = ['/usr/lib/chromium', '/opt/google/chrome'].map((folder) => path.join(folder, name)).find(existsSync);
  if (usual !== undefined) return usual;
  const program = findChromium();
  const beside = program === undefined ? '' : path.join(path.dirname(realpathSync(program)), name);
  return existsSync(beside) ? beside : undefined;
}

/** Names a software driver in the environment, for `nodeGpu` and its processes, unless the person chose a driver. */
export function chooseVulkanDriver(): void {
  if (process.env.VK_ICD_FILENAMES !== undefined || process.env.VK_DRIVER_FILES !== undefined) return;
  const file = softwareDriver();
  if (file !== undefined) process.env.VK_ICD_FILENAMES = file;
}
