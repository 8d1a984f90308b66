/** @file Finds the Chromium of this machine, or says in one line how to get one. */
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of the program. Throws an Error whose message is one line of advice. */
export function findChromium(): string {
  const wanted = process.env.CHROMIUM;
  if (wanted !== undefined && wanted !== '') {
    if (isProgram(wanted)) return wanted;
    throw new Error(`CHROMIUM names "${wanted}", which is no program: correct the variable or unset it.`);
  }
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const found = [...folders.flatMap((folder) => names.map((name) => path.join(folder, name))), ...places].find(isProgram);
  if (found !== undefined) return found;
  throw new Error('No Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM to its path.');
}

/** WebGPU on SwiftShader, whatever the machine has. */
export const webgpuFlags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** WebGPU on the graphics card if Chromium can, else on SwiftShader; the adapter tells its driver. */
export const graphicsFlags = [
  '--enable-unsafe-webgpu',
  '--enable-webgpu-developer-features',
  '--ignore-gpu-blocklist',
  ...(process.platform === 'linux' ? ['--enable-features=Vulkan'] : []),
];

export interface ChromiumOptions {
  /** Its flags that concern WebGPU. */
  readonly webgpu?: readonly string[];
  /** More flags. */
  readonly args?: readonly string[];
  /** In CSS pixels. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** What Chromium finds in the new profile, as it would have saved it. */
  readonly preferences?: object;
}

/** A browser with a profile of its own, removed at the end. */
export async function launchChromium({ webgpu = webgpuFlags, args = [], viewport, preferences }: ChromiumOptions = {}): Promise<{
  readonly context: BrowserContext;
  readonly close: () => Promise<void>;
}> {
  const profile = mkdtempSync(path.join(tmpdir(), 'clinicadl-web-'));
  if (preferences !== undefined) {
    mkdirSync(path.join(profile, 'Default'));
    writeFileSync(path.join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  }
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    args: [
      ...webgpu,
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
    ...(viewport === undefined ? {} : { viewport }),
  });
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { context, close };
}
