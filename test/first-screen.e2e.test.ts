import { gzipSync } from 'node:zlib';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppBrowser, openBrowser } from './app-browser';

let browser: AppBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const places = ['home', 'data', 'cohort', 'train', 'results', 'predict', 'console'];

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

describe.each([
  ['light', 1440, 900],
  ['dark', 390, 844],
] as const)('every page, %s, %d × %d', (colorScheme, width, height) => {
  it('has no serious fault of accessibility and does not scroll sideways', async () => {
    const page = await browser.open();
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(() => clinicadl.workspace.openPrivate('accessibility'));
    await page.evaluate(axe.source);
    for (const place of places) {
      await page.evaluate((name) => {
        location.hash = `#/${name}`;
      }, place);
      await page.waitForTimeout(600);
      const faults = await page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
        return violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
      });
      expect(faults, place).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), place).toBeLessThanOrEqual(width);
    }
    await page.close();
  });
});

describe('the keyboard alone', () => {
  it('reaches the console and runs a command', async () => {
    const page = await browser.open('#/console');
    await page.evaluate(() => clinicadl.workspace.openPrivate('keyboard'));
    await page.getByTestId('console-input').waitFor();
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      const inside = await page.evaluate(() => {
        let element: Element | null = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return element?.tagName === 'TEXTAREA' || element?.tagName === 'INPUT';
      });
      if (inside) break;
    }
    await page.keyboard.type('clinicadl --version');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByTestId('console-output').innerText()).toContain('ClinicaDL 1.6.1');
    await page.close();
  });
});
