import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppBrowser, openBrowser } from './app-browser';
import { expectPagesWithoutFaults, screens } from './page-faults';

let browser: AppBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

describe('the first screen', () => {
  it('needs at most 150 kB of packed script, and no TensorFlow.js', async () => {
    const page = await browser.context.newPage();
    const scripts = new Map<string, Buffer>();
    page.on('response', async (response) => {
      const { pathname } = new URL(response.url());
      // Workers and what they load start later, when the first command or query needs them.
      if (!pathname.endsWith('.js') || /worker/.test(pathname)) return;
      scripts.set(pathname, await response.body());
    });
    await page.goto(browser.url, { waitUntil: 'load' });
    await page.getByTestId('run-sample').waitFor();
    const packed = [...scripts.values()].reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
    expect(scripts.size).toBeGreaterThan(0);
    expect(packed / 1000, `kB of ${[...scripts.keys()].join(', ')}`).toBeLessThan(150);
    for (const [name, body] of scripts) expect(body.includes('tfjs'), name).toBe(false);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await page.close();
  });

  it('forbids requests to other origins', async () => {
    const page = await browser.open();
    const blocked = await page.evaluate(() =>
      fetch('http://127.0.0.1:9/').then(
        () => 'sent',
        (error: Error) => error.name,
      ),
    );
    expect(blocked).toBe('TypeError');
    const provoked = browser.complaints.splice(0);
    expect(provoked.join('\n')).toMatch(/Content Security Policy|connect-src/);
    expect(provoked.filter((line) => line.startsWith('request to'))).toEqual([]);
    await page.close();
  });
});

describe('every page, with an empty folder open', () => {
  it.each(['desktop', 'darkPhone'] as const)('has no serious fault of accessibility and fits the screen: %s', async (screen) => {
    const page = await browser.open();
    await page.evaluate(() => clinicadl.workspace.openPrivate('accessibility'));
    await expectPagesWithoutFaults(page, screens[screen]);
    await page.close();
  });
});

/** Presses Tab until the focus is on what the selector names, in any shadow tree. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab');
    const there = await page.evaluate((wanted) => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.matches(wanted) === true;
    }, selector);
    if (there) return;
  }
  throw new Error(`80 presses of Tab did not reach ${selector}`);
}

describe('the keyboard alone', () => {
  it('goes from Home to the console and runs a command', async () => {
    const page = await browser.open();
    await tabTo(page, '[data-testid="nav-console"]');
    await page.keyboard.press('Enter');
    await page.getByTestId('console-input').waitFor();
    await tabTo(page, '[data-testid="console-input"]');
    await page.keyboard.type('clinicadl --version');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByTestId('console-output').innerText()).toContain('ClinicaDL 1.6.1');
    await page.close();
  });
});
