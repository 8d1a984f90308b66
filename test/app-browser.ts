/**
 * @file Chromium with the served app, for tests by clicks. It keeps what must never happen, whatever a test does: a request that leaves
 * the origin, a breach of the security policy, an error nobody caught, an error of the GPU.
 */
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { inject } from 'vitest';
import type {} from '../src/api';
import { launchChromium } from '../src/cli/chromium';
import { pickerStandIn } from './picker-stand-in';

export interface AppBrowser {
  readonly context: BrowserContext;
  readonly url: string;
  /** What must not happen and did; a test that provokes something takes it out. */
  readonly complaints: string[];
  /** All requests so far. */
  readonly requests: readonly string[];
  /** A new tab with the app in it, ready for clicks and scripts. `place`: e.g. `#/console`. */
  open(place?: string): Promise<Page>;
  /** Closes the browser. Throws when there are complaints. */
  close(): Promise<void>;
}

export interface AppBrowserOptions {
  /** What Chromium answers when a page asks to read or to write a folder: nobody is there to click. */
  readonly folders?: 'allow' | 'refuse';
  /** Blocked, pages have no private file system, no database and no local storage. */
  readonly siteData?: 'keep' | 'block';
  readonly url?: string;
  /** More switches for Chromium. */
  readonly args?: readonly string[];
}

/** Failed look-ups of Safe Browsing would hold up the first writes for seconds. */
const preferencesFor = (folders: 'allow' | 'refuse', siteData: 'keep' | 'block') => ({
  safebrowsing: { enabled: false },
  profile: {
    default_content_setting_values: {
      file_system_read_guard: 1,
      file_system_write_guard: folders === 'allow' ? 1 : 2,
      ...(siteData === 'block' ? { cookies: 2 } : {}),
    },
  },
});

export async function openBrowser({
  folders = 'allow',
  siteData = 'keep',
  url = inject('appUrl'),
  args = [],
}: AppBrowserOptions = {}): Promise<AppBrowser> {
  const { context, close } = await launchChromium({
    args,
    preferences: preferencesFor(folders, siteData),
    viewport: { width: 1280, height: 900 },
  });
  // On a machine that others use, too, a click may take long: what never comes is named before the test's own limit.
  context.setDefaultTimeout(600_000);
  const complaints: string[] = [];
  const requests: string[] = [];
  const { origin } = new URL(url);
  context.on('request', (request) => {
    requests.push(request.url());
    const target = new URL(request.url());
    if (!['blob:', 'data:'].includes(target.protocol) && target.origin !== origin) complaints.push(`request to ${target.origin}`);
  });
  context.on('weberror', (error) => complaints.push(`uncaught: ${error.error().message}`));
  context.on('page', (page) => void listen(page, complaints));
  await context.addInitScript(pickerStandIn);
  return {
    context,
    url,
    complaints,
    requests,
    open: async (place = '') => {
      const page = await context.newPage();
      await page.goto(url + place);
      await page.waitForFunction(() => 'clinicadl' in globalThis);
      return page;
    },
    close: async () => {
      await close();
      if (complaints.length > 0) throw new Error(`During the tests of this file:\n${complaints.join('\n')}`);
    },
  };
}

/** The log of the protocol tells what the page and its workers do not: breaches of the policy, and errors of the GPU. */
async function listen(page: Page, complaints: string[]): Promise<void> {
  let session: CDPSession;
  try {
    session = await page.context().newCDPSession(page);
    session.on('Log.entryAdded', ({ entry }) => {
      if (entry.level === 'error') complaints.push(`${entry.source}: ${entry.text} ${entry.url ?? ''}`);
    });
    await session.send('Log.enable');
  } catch {
    return; // closed already
  }
}

/** Runs one command by the script interface in a page; the outcome without its output. */
export function run(page: Page, line: string) {
  return page.evaluate((commandLine) => clinicadl.run(commandLine), line);
}

/** Runs one command that must succeed. */
export async function must(page: Page, line: string) {
  const outcome = await run(page, line);
  if (outcome.status === 'done') return outcome;
  const issues = outcome.issues.map((issue) => `${issue.where}: ${issue.message}`).join('\n');
  throw new Error(`${line}\n${outcome.status} ${outcome.error?.code}: ${outcome.error?.message}\n${issues}`);
}
