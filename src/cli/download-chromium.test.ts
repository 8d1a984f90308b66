import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { downloadChromium, Silence } from './download-chromium';

const folder = mkdtempSync(path.join(tmpdir(), 'clinicadl-download-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (program: string, seconds?: number) => downloadChromium([process.execPath, '-e', program], seconds);

it('a download that ends well has no complaint', async () => {
  expect(await run('')).toBeUndefined();
});

it('the reason of a failure is told', async () => {
  const said = 'Error: Failed to download\\nError: getaddrinfo ENOTFOUND somewhere\\n    at x';
  expect(await run(`console.error('${said}'); process.exit(1)`)).toBe('getaddrinfo ENOTFOUND somewhere');
  expect(await run('process.exit(3)')).toBe('it ended with 3');
});

it('one that is silent is given up, with the programs that it started', async () => {
  const file = path.join(folder, 'pid');
  const child = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])`;
  const program = `require('fs').writeFileSync(${JSON.stringify(file)}, String(${child}.pid)); setInterval(() => {}, 1000)`;
  expect(await run(program, 2)).toBe('nothing came for 2 s');
  const pid = Number(readFileSync(file, 'utf8'));
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 10_000);
});

it('silence ends when nothing is said or written, look after look', () => {
  const silence = new Silence(3, 0);
  expect([1, 1, 1].map((bytes) => silence.look(bytes))).toEqual([false, false, false]);
  silence.hear();
  expect([1, 1].map((bytes) => silence.look(bytes))).toEqual([false, false]);
  expect([2, 2, 2, 2].map((bytes) => silence.look(bytes))).toEqual([false, false, false, true]);
});
