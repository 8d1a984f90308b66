/** @file What is wrong with the page that is shown: faults of accessibility, and a width that does not fit. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const places = ['home', 'data', 'cohort', 'train', 'results', 'predict', 'console'] as const;

export interface Screen {
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
}

export const screens = {
  desktop: { colorScheme: 'light', width: 1440, height: 900 },
  darkDesktop: { colorScheme: 'dark', width: 1280, height: 800 },
  phone: { colorScheme: 'light', width: 390, height: 844 },
  darkPhone: { colorScheme: 'dark', width: 390, height: 844 },
} as const satisfies Record<string, Screen>;

/** The narrowest that WCAG asks for. */
const NARROW = 320;

/** Goes through all pages: no serious or critical finding of axe, nothing to scroll sideways, here and at 320 pixels. */
export async function expectPagesWithoutFaults(page: Page, { colorScheme, width, height }: Screen): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.evaluate(axe.source);
  for (const place of places) {
    await page.setViewportSize({ width, height });
    await page.evaluate((name) => {
      location.hash = `#/${name}`;
    }, place);
    await page.locator(`[data-page="${place}"]`).locator('visible=true').first().waitFor();
    await settle(page);
    const faults = await page.evaluate(async () => {
      const { violations, passes } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
      if (passes.length < 10) return ['axe looked at nothing'];
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
    });
    expect(faults, place).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), `width of ${place}`).toBeLessThanOrEqual(width);
    if (width >= 1000 || colorScheme === 'dark') continue; // once is enough
    await page.setViewportSize({ width: NARROW, height });
    await settle(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), `width of ${place}`).toBeLessThanOrEqual(NARROW);
  }
}

/** Waits until queries are answered and drawn: nothing in the page has changed for a while. */
async function settle(page: Page): Promise<void> {
  let before = '';
  for (let round = 0; round < 20; round++) {
    await page.waitForTimeout(150);
    const now = await page.locator('main').innerText();
    if (now === before) return;
    before = now;
  }
}
