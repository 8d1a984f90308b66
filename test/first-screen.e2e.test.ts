import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppBrowser, openBrowser } from './app-browser';
import { deepText } from './deep-text';
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

  it.each([
    ['GET', ''],
    ['GET', 'nothing'],
    ['GET', '%'],
    ['POST', ''],
    ['OPTIONS', ''],
  ])('its policy comes with the answer to %s %s', async (method, place) => {
    const { headers } = await fetch(browser.url + place, { method });
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('access-control-allow-origin')).toBeNull();
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

  it('stands on the title of each page after a link, and the tab is called after it', async () => {
    const page = await browser.open();
    await page.getByTestId('run-sample').waitFor();
    for (const title of ['Data', 'Results', 'Console']) {
      await page.getByTestId(`nav-${title.toLowerCase()}`).press('Enter');
      await expect.poll(() => focusText(page)).toBe(`H1 ${title}`);
      await expect.poll(() => page.title()).toBe(`${title} · ClinicaDL web`);
    }
    await page.close();
  });

  it('goes to the nearest heading when its control disappears', async () => {
    const page = await browser.open();
    await page.evaluate(() => clinicadl.workspace.openPrivate('focus'));
    await page.getByTestId('overview').getByText('Close', { exact: true }).press('Enter');
    await page.getByTestId('overview').waitFor({ state: 'detached' });
    await expect.poll(() => focusText(page)).toMatch(/^H[1-3] /);
    await page.close();
  });

  it('goes there too when Tab had brought the focus to that control', async () => {
    const page = await browser.open();
    await page.evaluate(() => clinicadl.workspace.openPrivate('focus'));
    await page.getByTestId('overview').waitFor();
    await page.getByTestId('theme-light').focus();
    const close = page.getByTestId('overview').getByText('Close', { exact: true });
    await expect
      .poll(async () => {
        await page.keyboard.press('Tab');
        return close.evaluate((element) => element.matches(':focus, :focus-within'));
      })
      .toBe(true);
    await page.keyboard.press('Enter');
    await close.waitFor({ state: 'detached' });
    await expect.poll(() => focusText(page)).toMatch(/^H[1-3] /);
    await page.close();
  });
});

/** Tag and text of what has the focus, in any shadow tree. */
function focusText(page: Page): Promise<string> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return `${element?.tagName} ${element?.textContent?.trim()}`;
  });
}

describe('the console', () => {
  it('takes a notebook cell: answers, help, a command, and stops at the first failure by its line', async () => {
    const page = await browser.open('#/console');
    await page.evaluate(() => clinicadl.workspace.openPrivate('cells'));
    await page.getByTestId('console-input').fill(
      `# Uncomment this cell
!pip install clinicadl==1.6.1
import torch
!clinicadl tsvtools split -h

!clinicadl simulate out --n_subjects 8 \\
   --seed 1
!clinicadl train roi cnn out t1-linear tsv maps Conv4_FC3 --roi_list leftHippocampusBox
!clinicadl tsvtools kfold never.tsv`,
    );
    await page.getByTestId('console-input').press('Enter');
    const output = page.getByTestId('console-output');
    await expect.poll(() => output.innerText()).toContain('Stopped at line 8. 1 line after it was not run.');
    const text = await deepText(output);
    expect(text).toMatch(
      /installs programs[\s\S]*loads a package[\s\S]*Usage: clinicadl tsvtools split[\s\S]*done after[\s\S]*is of ClinicaDL 0\.2/,
    );
    expect(text).toMatch(/clinicadl\s+prepare-data\s+roi\s+out\s+t1-linear/);
    expect(text).not.toContain('never.tsv');
    const isAtEnd = await output.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 4);
    expect(isAtEnd).toBe(true);
    await page.getByTestId('nav-home').click();
    const step = page.getByTestId('overview').locator('[data-step="data"]');
    await expect.poll(() => step.innerText()).toContain('1 CAPS, not prepared yet');
    expect(await step.getAttribute('data-done')).toBe('false');
    await page.close();
  });

  it('on a phone breaks a line between its words, not inside of an option', async () => {
    const page = await browser.open('#/console');
    await page.setViewportSize({ width: 390, height: 844 });
    await page
      .getByTestId('console-input')
      .fill('clinicadl fly caps extract tsv maps --architecture Conv4_FC3 --n_splits 4 --learning_rate 0.001 --batch_size 8');
    await page.getByTestId('console-input').press('Enter');
    const parts = page.getByTestId('console-told').locator('.line .part');
    await parts.first().waitFor();
    const lines = await parts.evaluateAll((spans) =>
      spans.map((span) => {
        const range = document.createRange();
        range.selectNodeContents(span);
        return { text: span.textContent, tops: new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size };
      }),
    );
    expect(lines.map(({ text }) => text)).toContain('--architecture Conv4_FC3');
    expect(lines.filter(({ tops }) => tops > 1)).toEqual([]);
    const rows = await parts.evaluateAll(
      (spans) => new Set(spans.map((span) => Math.round(span.getBoundingClientRect().top))).size,
    );
    expect(rows).toBeGreaterThan(1);
    await page.close();
  });
});
