/** @file What whole commands leave behind, compared: lists of files, tables cell by cell. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { Folder } from '../src/folders/folder';

export const goldenText = (file: string): string => readFileSync(`test/golden/${file}`, 'utf8');

/** Paths of all files below a folder, sorted. */
export async function filesBelow(folder: Folder, at = ''): Promise<string[]> {
  const found: string[] = [];
  if ((await folder.kindOf(at)) !== 'folder') return found;
  for (const { name, kind } of await folder.list(at)) {
    const inside = at === '' ? name : `${at}/${name}`;
    found.push(...(kind === 'folder' ? await filesBelow(folder, inside) : [inside]));
  }
  return found.sort();
}

/** Paths of all files below a golden folder, relative to it, sorted. */
export function goldenFiles(folder: string): string[] {
  const root = `test/golden/${folder}`;
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

/** Every file below a folder with its bytes in hexadecimal: two such objects are equal when nothing has changed. */
export async function contentOf(folder: Folder, at = ''): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for (const file of await filesBelow(folder, at)) content[file] = Buffer.from(await folder.read(file)).toString('hex');
  return content;
}

/** Cells of a TSV. */
export function cells(text: string): string[][] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
}

export const joined = (rows: readonly (readonly string[])[]): string => rows.map((row) => row.join('\t')).join('\n');

/** Every cell equal, or both numbers within the tolerance (a `loss`: or 1e-5 of it); columns in `skip` are not looked at. */
export function expectTablesToAgree(found: string, expected: string, tolerance: number, skip: readonly string[] = []): void {
  const [a, b] = [cells(found), cells(expected)];
  expect(a.map((row) => row.length)).toEqual(b.map((row) => row.length));
  for (const [r, row] of b.entries()) {
    for (const [c, cell] of row.entries()) {
      if (cell === a[r][c] || skip.includes(b[0][c])) continue;
      // A loss is a sum over batches: float32 holds it to 1e-5 of its size (test/golden/networks/README.md).
      const bound = b[0][c] === 'loss' ? Math.max(tolerance, 1e-5 * Math.abs(Number(cell))) : tolerance;
      expect(Math.abs(Number(a[r][c]) - Number(cell)), `row ${r}, ${b[0][c]}: ${a[r][c]} for ${cell}`).toBeLessThanOrEqual(bound);
    }
  }
}

/** A table without some of its columns. */
export function without(text: string, columns: readonly string[]): string {
  const [header, ...rows] = cells(text);
  const kept = header.flatMap((name, i) => (columns.includes(name) ? [] : [i]));
  return joined([header, ...rows].map((row) => kept.map((i) => row[i])));
}
