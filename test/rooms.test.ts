/** @file Who may import whom (src/README.md, "Rooms"): the table as data, and one pass over all imports. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

interface Rule {
  readonly rooms: readonly string[];
  /** Rooms of which only types may be imported. */
  readonly types?: readonly string[];
  readonly packages?: readonly string[];
}

const tfjs = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs',
];

const road = [
  'base',
  'formats',
  'folders',
  'options',
  'caps',
  'cohort',
  'images',
  'batches',
  'gpu',
  'vocabulary',
  'networks',
  'engine',
  'learning',
  'maps',
];

const libraries = ['lit', '@lit/context', '@awesome.me/webawesome', '@observablehq/plot'];

const everything = [...road, 'wasm', 'checkpoints', 'jobs', 'bridge', 'ui'];

/** `node` stands for the modules of Node: what runs in a browser may use none. */
const rules: Readonly<Record<string, Rule>> = {
  base: { rooms: [] },
  formats: { rooms: ['base'], packages: ['nifti-reader-js', 'smol-toml', 'fflate'] },
  folders: { rooms: ['base'], packages: ['fflate'] },
  options: { rooms: ['base', 'formats', 'vocabulary'] },
  caps: { rooms: ['base', 'formats', 'folders', 'vocabulary'] },
  cohort: { rooms: ['base', 'formats'], packages: ['@stdlib/stats-base-dists-t-cdf', '@stdlib/stats-base-dists-chisquare-cdf'] },
  images: { rooms: ['base', 'formats'] },
  batches: { rooms: ['base', 'formats', 'folders', 'caps', 'cohort', 'images'] },
  gpu: { rooms: ['base', 'vocabulary'], packages: tfjs },
  wasm: { rooms: ['base'] },
  vocabulary: { rooms: [] },
  networks: { rooms: ['base', 'vocabulary'], types: ['formats'] },
  engine: { rooms: ['base', 'vocabulary', 'gpu', 'wasm', 'networks'], packages: tfjs },
  learning: { rooms: ['base', 'vocabulary', 'networks', 'engine'], types: ['batches', 'options'] },
  maps: { rooms: ['base', 'formats', 'folders', 'options', 'vocabulary'], types: ['cohort', 'learning', 'networks', 'engine'] },
  checkpoints: { rooms: ['base'], types: ['folders', 'learning'], packages: ['idb'] },
  jobs: { rooms: [...road, 'checkpoints'], types: ['bridge', 'wasm'] },
  bridge: {
    rooms: ['base', 'folders', 'wasm'],
    types: ['jobs', 'batches', 'options', 'engine', 'maps', 'checkpoints'],
    packages: ['comlink'],
  },
  ui: {
    rooms: ['base', 'options', 'bridge', 'folders', 'checkpoints'],
    types: ['caps', 'maps', 'cohort', 'jobs', 'engine'],
    packages: libraries,
  },
  api: { rooms: ['base', 'folders', 'ui'], types: ['bridge', 'jobs', 'engine', 'options'] },
  workers: { rooms: ['base', 'folders', 'wasm', 'batches', 'checkpoints', 'jobs', 'bridge'], packages: ['comlink'] },
  main: { rooms: ['api', 'bridge', 'ui', 'workers'] },
  cli: {
    rooms: ['base', 'vocabulary', 'gpu', 'wasm', 'networks', 'engine'],
    types: ['api'],
    packages: ['node', 'vite', 'playwright-core', 'fflate', 'marked', 'webgpu', ...tfjs],
  },
  'vite.config': { rooms: ['cli'], packages: ['node', 'vite', 'vitest', 'assemblyscript'] },
  test: {
    rooms: [...everything, 'api', 'cli'],
    packages: [
      'node',
      'vitest',
      'vite',
      'playwright-core',
      'axe-core',
      'fast-check',
      'fake-indexeddb',
      'onnxruntime-web',
      'typescript',
      'comlink',
      'fflate',
      ...tfjs,
    ],
  },
};

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
}

/** Static and dynamic imports of a source text. */
function importsOf(source: string): Import[] {
  const found: Import[] = [];
  const withoutComments = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  for (const match of withoutComments.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:([\w*\s{},$]*?)\s*\bfrom\s+)?['"]([^'"]+)['"]/gm,
  )) {
    const names = match[2] ?? '';
    const inner = /^\{([\s\S]*)\}$/.exec(names.trim());
    const everyType =
      inner !== null &&
      inner[1]!
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '')
        .every((name) => name.startsWith('type '));
    found.push({ target: match[3]!, typeOnly: match[1] !== undefined || everyType });
  }
  for (const match of withoutComments.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    found.push({ target: match[1]!, typeOnly: false });
  return found;
}

/** Tests stand beside the code they test; all are one room. A file outside of the folders is a room of its own. */
function roomOf(name: string): string {
  if (/\.test\.ts$/.test(name)) return 'test';
  const [first, second] = name.split('/');
  return (first === 'src' ? second! : first!).replace(/\.ts$/, '');
}

/** What is wrong with one import of a file, or undefined. Paths are relative to the repository, with `/`. */
function complaint(file: string, imported: Import, table = rules): string | undefined {
  const room = roomOf(file);
  const rule = table[room];
  if (rule === undefined) return `${file}: the room "${room}" is not in the table`;
  if (!imported.target.startsWith('.')) {
    const packageName = imported.target
      .replace(/^node:/, 'node/')
      .split('/')
      .slice(0, imported.target.startsWith('@') ? 2 : 1)
      .join('/');
    return rule.packages?.includes(packageName) ? undefined : `${file}: ${room} may not use the package ${packageName}`;
  }
  const target = path.posix.join(path.posix.dirname(file), imported.target);
  const targetRoom = roomOf(target);
  if (targetRoom === room || rule.rooms.includes(targetRoom)) return undefined;
  if (imported.typeOnly && rule.types?.includes(targetRoom)) return undefined;
  return `${file}: ${room} may not import ${targetRoom} (${imported.target})`;
}

function sources(): string[] {
  const below = ['src', 'workers', 'test'].flatMap((top) =>
    readdirSync(top, { recursive: true }).map((name) => `${top}/${String(name)}`),
  );
  return ['vite.config.ts', ...below.map((name) => name.replaceAll('\\', '/'))].filter((name) => name.endsWith('.ts'));
}

describe('rooms', () => {
  it('no file imports a room or package that the table does not grant', () => {
    const complaints = sources().flatMap((file) =>
      importsOf(readFileSync(file, 'utf8')).flatMap((imported) => complaint(file, imported) ?? []),
    );
    expect(complaints).toEqual([]);
  });

  it('a stray import is seen', () => {
    const [stray] = importsOf("import { x } from '../learning/loop';");
    expect(complaint('src/formats/a.ts', stray!)).toContain('formats may not import learning');
    const [typeOnly] = importsOf("import type { X } from '../batches/batch';");
    expect(complaint('src/learning/a.ts', typeOnly!)).toBeUndefined();
    const [value] = importsOf("import { X } from '../batches/batch';");
    expect(complaint('src/learning/a.ts', value!)).toContain('learning may not import batches');
    const [pkg] = importsOf("import * as tf from '@tensorflow/tfjs-core';");
    expect(complaint('src/ui/a.ts', pkg!)).toContain('may not use the package');
    const [node] = importsOf("import { readFileSync } from 'node:fs';");
    expect(complaint('src/formats/a.ts', node!)).toContain('may not use the package node');
    expect(complaint('src/formats/a.test.ts', node!)).toBeUndefined();
    const [test] = importsOf("import { road } from '../../test/road';");
    expect(complaint('src/jobs/a.ts', test!)).toContain('jobs may not import test');
    expect(complaint('workers/a.ts', test!)).toContain('workers may not import');
  });

  it('src/README.md tells the same table', () => {
    const [, rows] = readFileSync('src/README.md', 'utf8').split(/^\| room .*\n.*\n/m);
    const told = rows!
      .split('\n\n')[0]!
      .split('\n')
      .map((row) => /^\| `([\w.]+)` \| .+ \| (.+) \|$/.exec(row)?.slice(1));
    const all = (names: readonly string[]): string => (names.length > road.length ? 'all above' : names.join(', ') || '–');
    const table = Object.entries(rules).map(([room, { rooms, types }]) => [
      room,
      types === undefined ? all(rooms) : `${all(rooms)} (${types.join(', ')})`,
    ]);
    expect(told).toEqual(table);
  });

  it('no source file is longer than 400 lines', () => {
    const long = sources().filter((file) => !/\.test\.ts$/.test(file) && readFileSync(file, 'utf8').split('\n').length > 400);
    expect(long).toEqual([]);
  });
});
