import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMetrics } from '../src/maps/metrics-file';
import { type AppBrowser, openBrowser } from './app-browser';

const LIMIT_MS = 180_000;

let browser: AppBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

describe('the built-in sample study', () => {
  it('runs by one click, learns, and ends within three minutes', async () => {
    const page = await browser.open();
    const started = performance.now();
    await page.getByTestId('run-sample').click();
    await page.waitForFunction(() => /^\d+ %/.test(document.title), null, { polling: 20 });
    await page.getByTestId('sample-results').waitFor({ timeout: LIMIT_MS });
    expect(performance.now() - started).toBeLessThan(LIMIT_MS);
    expect(await page.getByTestId('simulated').count()).toBeGreaterThan(0);

    const { metrics, zip } = await page.evaluate(async () => {
      const { metricsFile, mapsFolder } = clinicadl.sampleStudy;
      const text = new TextDecoder().decode(await clinicadl.workspace.read(metricsFile));
      return { metrics: text, zip: Array.from(await clinicadl.workspace.exportZip(mapsFolder)) };
    });
    const accuracy = readMetrics(metrics).find(({ name }) => name === 'BA');
    expect(accuracy?.value).toBeGreaterThanOrEqual(0.85);
    const files = Object.keys(unzipSync(Uint8Array.from(zip)));
    expect(files.some((file) => file.endsWith('split-1/best-loss/model.pth.tar'))).toBe(true);
    expect(files.filter((file) => /\.part$|\.crswap$|\/tmp\//.test(file))).toEqual([]);

    await page.getByTestId('nav-results').click();
    await page.getByTestId('metrics').waitFor();
    expect(await page.getByTestId('confusion').innerText()).toMatch(/AD[\s\S]*CN/);
    await page.close();
  });
});

describe('stop', () => {
  it.each(['simulate', 'train'])('ends a running %s within two seconds, and another command can run', async (stage) => {
    const page = await browser.open();
    const took = await page.evaluate(async (wanted) => {
      await clinicadl.workspace.openPrivate(`stop-${wanted}-${Date.now()}`);
      for (const line of clinicadl.sampleStudy.commands) {
        const stop = new AbortController();
        let asked = 0;
        const outcome = await clinicadl.run(line, {
          signal: stop.signal,
          onProgress: (progress) => {
            if (asked > 0 || !progress.stage.startsWith(wanted) || progress.done < 3) return;
            asked = performance.now();
            stop.abort();
          },
        });
        if (outcome.status === 'stopped') return performance.now() - asked;
        if (outcome.status === 'failed') throw new Error(`${line}: ${outcome.error?.message}`);
      }
      throw new Error('nothing was stopped');
    }, stage);
    expect(took).toBeLessThan(2000);
    const outcome = await page.evaluate(() => clinicadl.run('clinicadl --version'));
    expect(outcome.status).toBe('done');
    const stray = await page.evaluate(async () => {
      const all = await clinicadl.workspace.list('', { recursive: true });
      return all.filter(({ path }) => /\.part$|\.crswap$/.test(path)).map(({ path }) => path);
    });
    expect(stray).toEqual([]);
    await page.close();
  });
});
