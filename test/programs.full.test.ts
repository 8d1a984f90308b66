/** @file The programs of the README as a person calls them, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cells } from './road-files';

const folder = mkdtempSync(path.join(tmpdir(), 'clinicadl-programs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Without what vitest says about itself: the libraries would be built for tests. */
const env = { ...process.env };
for (const name of ['VITEST', 'NODE_ENV', 'MODE', 'DEV', 'PROD']) delete env[name];

function npm(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', ...args], {
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 26,
  });
  expect(status, stdout + stderr).toBe(0);
  return stdout;
}

it('`npm start -- --headless` trains, predicts, prints metrics and saves the MAPS', () => {
  rmSync('sample-study', { recursive: true, force: true });
  const said = npm('start', '--', '--headless');
  const metrics = /^ {2}BA +([\d.]+)$/m.exec(said);
  const [header, first] = cells(readFileSync('sample-study/split-0/best-loss/test/test_image_level_metrics.tsv', 'utf8'));
  expect(Number(metrics?.[1])).toBe(Number(first[header.indexOf('BA')]));
  expect(readFileSync('sample-study/groups/test/data.tsv', 'utf8')).toContain('sub-');
});

it('`npm run bench` finds all numbers right and writes its report', () => {
  const file = path.join(folder, 'report.json');
  npm('bench', '--', '--rounds', '1', '--only', '^conv L5', '--json', file);
  const report = JSON.parse(readFileSync(file, 'utf8')) as { rows: { name: string }[]; failures: unknown[] };
  expect(report.rows.map(({ name }) => name)).toEqual(['conv L5']);
  expect(report.failures).toEqual([]);
});

it('`npm run bench` ends with what is wrong about an option', () => {
  const { status, stderr } = spawnSync('npm', ['run', '--silent', 'bench', '--', '--rounds', '0'], { encoding: 'utf8', env });
  expect(status).toBe(2);
  expect(stderr).toContain('--rounds is "0"');
});
