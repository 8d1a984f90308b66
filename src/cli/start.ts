/**
 * @file `npm start`: builds the app, serves it with its security headers and opens the browser.
 * `npm start -- --headless` runs the whole sample study in headless Chromium instead, prints the metrics and saves the MAPS.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { build, preview } from 'vite';
import { getChromium } from './get-chromium';
import { runSampleStudy } from './sample-study';

const arguments_ = process.argv.slice(2);
const known = ['--headless', '--no-build', '--no-open'];
const unknown = arguments_.filter((argument) => !known.includes(argument));
if (unknown.length > 0) {
  console.error(`Unknown option ${unknown.join(' ')}; the options are ${known.join(', ')}.`);
  process.exit(2);
}
const has = (name: string): boolean => arguments_.includes(name);

function openBrowser(url: string): void {
  const [program, ...rest]: [string, ...string[]] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  const child = spawn(program, [...rest, url], { stdio: 'ignore', detached: true });
  child.on('error', () => console.log('No browser could be opened from here: open the address above.'));
  child.unref();
}

if (has('--headless')) {
  try {
    await getChromium();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
if (!(has('--no-build') && existsSync('dist/index.html'))) await build({ logLevel: 'warn' });
const server = await preview({ logLevel: 'warn' });
const url = server.resolvedUrls?.local[0] ?? '';

if (has('--headless')) {
  try {
    await runSampleStudy(url);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    await server.close();
  }
} else {
  console.log(`ClinicaDL for the browser is at ${url}\nStop it with Ctrl+C.`);
  if (!has('--no-open')) openBrowser(url);
}
