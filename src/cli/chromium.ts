/** @file Chromium, started for a test, the benchmark or a study without a window. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { requireChromium } from './find-chromium';

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

/**
 * On Linux, Chromium gives names of files to the system in the character set of the locale: of a bare machine or a container that is ASCII,
 * and an é is lost.
 */
function localeForNames(): NodeJS.ProcessEnv {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  const known = /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
  return process.platform !== 'linux' || known ? process.env : { ...process.env, LC_ALL: 'C.UTF-8' };
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
    executablePath: requireChromium(),
    env: localeForNames() as Record<string, string>,
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
