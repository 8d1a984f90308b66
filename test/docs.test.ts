/** @file The guide and the READMEs: what is generated is up to date, what is linked is there, what is told of headers is sent. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { guidePage } from '../src/cli/guide-pages';
import { securityHeaders } from '../src/cli/security-headers';
import { optionsReference } from '../src/options/derive/markdown';

const guide = readdirSync('public/guide').map((name) => `public/guide/${name}`);
const pages = ['README.md', 'src/README.md', 'src/cli/bench/RESULTS.md', ...guide];
const read = (file: string): string => readFileSync(file, 'utf8');

/** Places in a page that a link can name: its headings, as GitHub writes them. */
function anchors(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Relative links of a page that lead nowhere. */
function broken(page: string): string[] {
  const targets = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
  return targets.filter((target) => {
    if (/^https?:/.test(target)) return false;
    const [file, anchor] = target.split('#');
    const to = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
    // What is served has no files around it.
    if (!existsSync(to) || (page.startsWith('public/') && !to.startsWith('public/'))) return true;
    return anchor !== undefined && !anchors(to).includes(anchor);
  });
}

it('the options reference is up to date', async () => {
  // `npx vitest run --project unit test/docs.test.ts -u` writes it anew.
  await expect(optionsReference()).toMatchFileSnapshot('../public/guide/options.md');
});

describe('links', () => {
  it.each(pages)('of %s lead to files and headings that are there', (page) => {
    expect(broken(page)).toEqual([]);
  });

  it('of the start page of the app and of the README lead to every page of the guide', () => {
    const home = read('src/ui/pages/home-page.ts');
    const readme = read('README.md');
    for (const page of guide) {
      expect(home).toContain(`href="${page.slice('public/'.length).replace('.md', '.html')}"`);
      expect(readme).toContain(`(${page})`);
    }
    const linked = [...home.matchAll(/href="(guide\/[^"]+)\.html"/g)].map(([, name]) => `public/${name}.md`);
    expect(linked.sort()).toEqual([...guide].sort());
  });
});

it('a page of the guide in the app has the words and tables of its source, links to pages, and says its alphabet', () => {
  const page = guidePage(
    '# Limits\n\nSee [options](options.md) and [a part](x.md#y).\n\n| a | b |\n|---|---|\n| 2 × 3 | `c<d` |\n',
  );
  expect(page).toContain('<meta charset="utf-8">');
  expect(page).toContain('<title>Limits · ');
  expect(page).toContain('href="options.html"');
  expect(page).toContain('href="x.html#y"');
  expect(page).toMatch(/<td>2 × 3<\/td>\s*<td><code>c&lt;d<\/code><\/td>/);
});

it('a person reads the README in some minutes: 10 kB', () => {
  expect(Buffer.byteLength(read('README.md'))).toBeLessThanOrEqual(10_000);
});

it('the page about hosting tells the headers that are sent', () => {
  const rows = [...read('public/guide/hosting.md').matchAll(/^\| `([\w-]+)` \| `(.+)` \|$/gm)];
  expect(Object.fromEntries(rows.map(([, name, value]) => [name, value]))).toEqual(securityHeaders);
});
