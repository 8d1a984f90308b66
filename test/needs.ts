/** @file Before all tests: gets what they need on this machine besides the packages, or says in one line each what is missing. */
import { getChromium } from '../src/cli/get-chromium';
import { getPytorch } from '../src/cli/python';

try {
  await getChromium();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// Also without a Chromium: who has to install both hears of both.
getPytorch();
