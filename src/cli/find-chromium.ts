/** @file The Chromium of this machine. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * Whether it is there and starts: some systems have a stand-in that only says how to install it, and a downloaded program may lack
 * libraries. On Windows asking for the version would open a window.
 */
function starts(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    return false;
  }
  return process.platform === 'win32' || spawnSync(file, ['--version'], { stdio: 'ignore' }).status === 0;
}

let found: string | undefined;

/**
 * Path of the program that CHROMIUM names, else of one with a usual name or in a usual place, else of the one in Playwright's cache;
 * undefined if there is none. Throws an Error with one line when CHROMIUM names no program.
 */
export function findChromium(): string | undefined {
  const wanted = process.env.CHROMIUM;
  if (wanted !== undefined && wanted !== '') {
    if (wanted !== found && !starts(wanted))
      throw new Error(`CHROMIUM names "${wanted}", which is no program that starts: correct the variable or unset it.`);
    found = wanted;
    return found;
  }
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const named = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  found ??= [...named, ...places, chromium.executablePath()].find(starts);
  return found;
}

/** What a person can do where there is none. */
export const chromiumAdvice =
  'No Chromium: install it (Debian: apt-get install chromium, as root; elsewhere Chrome does), or set CHROMIUM to its path.';

/** As `findChromium`, but throws an Error with one line of advice if there is none. */
export function requireChromium(): string {
  const program = findChromium();
  if (program === undefined) throw new Error(chromiumAdvice);
  return program;
}
