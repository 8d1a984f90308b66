/**
 * @file `npm start`: builds the app, serves it with its security headers and opens the browser.
 * Always at the same port, because the browser keeps what it is given under the address (`own-port.ts`); `--port N` names another.
 * `npm start -- --headless` runs the whole sample study in headless Chromium instead, prints the metrics and saves the MAPS.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';
import { getChromium } from './get-chromium';
import { addressOf, lookAtPort, ownPort, portText } from './own-port';
import { runSampleStudy } from './sample-study';

interface Choices {
  readonly headless: boolean;
  readonly build: boolean;
  readonly open: boolean;
  readonly port: number;
}

function fail(text: string, status: number): never {
  console.error(text);
  process.exit(status);
}

/** Ends the program when an option is not known. */
function choices(): Choices {
  const flag = { type: 'boolean' } as const;
  const options = { headless: flag, 'no-build': flag, 'no-open': flag, port: { type: 'string' } } as const;
  try {
    const { values } = parseArgs({ options });
    const port = Number(values.port ?? ownPort);
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new Error(`--port ${values.port}: a port is a number from 1 to 65535.`);
    return { headless: values.headless === true, build: values['no-build'] !== true, open: values['no-open'] !== true, port };
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`);
    return fail(`${error instanceof Error ? error.message : error}\nThe options are ${known.join(', ')}.`, 2);
  }
}

function openBrowser(url: string): void {
  const [program, ...rest]: [string, ...string[]] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  const child = spawn(program, [...rest, url], { stdio: 'ignore', detached: true });
  child.on('error', () => console.log('No browser could be opened from here: open the address above.'));
  child.unref();
}

const { headless, build: wantsBuild, open, port } = choices();
if (headless) {
  try {
    await getChromium();
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error), 1);
  }
} else {
  const state = await lookAtPort(port);
  if (state === 'app') {
    console.log(portText(state, port));
    if (open) openBrowser(addressOf(port));
    process.exit(0);
  }
  if (state !== 'free') fail(portText(state, port), 1);
}
if (wantsBuild || !existsSync('dist/index.html')) {
  console.log('Building the app.');
  await build({ logLevel: 'warn' });
}
// What runs headless keeps nothing in the browser: any port will do.
const server = await preview({ logLevel: 'warn', preview: headless ? { port: 0 } : { port, strictPort: true } }).catch(
  (error: unknown) => fail(error instanceof Error ? error.message : String(error), 1),
);

if (headless) {
  try {
    await runSampleStudy(server.resolvedUrls?.local[0] ?? '');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    await server.close();
  }
} else {
  const url = addressOf(port);
  console.log(`ClinicaDL for the browser is at ${url}\nStop it with Ctrl+C.`);
  if (open) openBrowser(url);
}
