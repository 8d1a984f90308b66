/** @file Gets Chromium onto a machine that has none, and says what it does. */
import { canInstall, install } from './apt';
import { downloadChromium } from './download-chromium';
import { chromiumAdvice, findChromium } from './find-chromium';

/** Resolves to the path of the program. Rejects with an Error of one line when there is none and none can be got. */
export async function getChromium(print: (line: string) => void = console.log): Promise<string> {
  const there = findChromium();
  if (there !== undefined) return there;
  print("No Chromium found: downloading Playwright's into its cache.");
  const refusal = await downloadChromium();
  const downloaded = findChromium();
  if (downloaded !== undefined) return downloaded;
  print(refusal === undefined ? 'It does not start: libraries of the system are missing.' : `It was not downloaded: ${refusal}.`);
  if (canInstall()) {
    print('Installing the package chromium with apt-get (some minutes).');
    const complaint = install('chromium');
    if (complaint !== undefined) print(`It was not installed: ${complaint}`);
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  throw new Error(chromiumAdvice);
}
