/** @file What every kind of folder must do, as data: run by unit tests in Node and by the page's tests on real folders. */
import { AppError } from '../base/errors';
import type { Folder } from './folder';

export interface ConformanceCase {
  /** A sentence that could be false. */
  readonly name: string;
  /** Rejects when it is. */
  run(): Promise<void>;
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

function equal(found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`found ${a}, expected ${b}`);
}

async function refused(work: () => unknown, code: string): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof AppError && error.code === code) return;
    throw new Error(`expected the error ${code}`, { cause: error });
  }
  throw new Error(`expected the error ${code}, found none`);
}

const rules: Readonly<Record<string, (folder: Folder) => Promise<void>>> = {
  'a written file reads the same, whole and in parts': async (folder) => {
    await folder.write('a/b.bin', bytes('0123456789'));
    equal(text(await folder.read('a/b.bin')), '0123456789');
    const file = await folder.file('a/b.bin');
    equal([file.name, file.path, file.sizeBytes], ['b.bin', 'a/b.bin', 10]);
    equal([text(await file.bytes()), text(await file.bytes(3, 6)), text(await file.bytes(8))], ['0123456789', '345', '89']);
  },
  'bytes changed after writing or reading do not change the file': async (folder) => {
    const data = bytes('abc');
    await folder.write('a', data);
    data[0] = 0;
    (await folder.read('a'))[1] = 0;
    equal(text(await folder.read('a')), 'abc');
  },
  'writing again replaces the whole file': async (folder) => {
    await folder.write('a', bytes('a long text'));
    await folder.write('a', bytes('short'));
    equal(text(await folder.read('a')), 'short');
    await folder.write('a', bytes(''));
    equal((await folder.file('a')).sizeBytes, 0);
  },
  'children are listed by code unit, with their kinds': async (folder) => {
    for (const path of ['b', 'B', 'a-b', 'a/x', 'é', 'a10', 'a9']) await folder.write(path, bytes('x'));
    equal(
      (await folder.list('')).map(({ name, kind }) => `${name}:${kind}`),
      ['B:file', 'a:folder', 'a-b:file', 'a10:file', 'a9:file', 'b:file', 'é:file'],
    );
    equal(await folder.list('.'), await folder.list(''));
    equal(await folder.list('./a/'), [{ name: 'x', kind: 'file' }]);
    equal((await folder.list('', 3)).length, 3);
    equal((await folder.list('', 9)).length, 7);
  },
  'a kind is told for files and folders, and nothing for what is not there': async (folder) => {
    await folder.write('a/x', bytes('x'));
    const kinds = await Promise.all(['', 'a', 'a/x', 'b', 'b/x', 'a/x/y'].map((path) => folder.kindOf(path)));
    equal(kinds, ['folder', 'folder', 'file', undefined, undefined, undefined]);
  },
  'what is not there is named': async (folder) => {
    await folder.write('a/x', bytes('x'));
    await refused(() => folder.read('a/y'), 'file-missing');
    await refused(() => folder.read('b/y'), 'file-missing');
    await refused(() => folder.read('a'), 'file-missing');
    await refused(() => folder.file('a/x/y'), 'file-missing');
    await refused(() => folder.list('b'), 'folder-missing');
    await refused(() => folder.list('a/x'), 'folder-missing');
    await refused(() => folder.sub('b').list(''), 'folder-missing');
  },
  'a file and a folder do not take each other’s place': async (folder) => {
    await folder.write('a/x', bytes('x'));
    await refused(() => folder.write('a', bytes('y')), 'path-taken');
    await refused(() => folder.write('a/x/y', bytes('y')), 'path-taken');
    await refused(() => folder.makeFolder('a/x'), 'path-taken');
    await refused(() => folder.write('', bytes('y')), 'path-taken');
    equal(text(await folder.read('a/x')), 'x');
  },
  'a folder can be made twice and is then empty still': async (folder) => {
    await folder.makeFolder('a/b');
    await folder.makeFolder('a/b');
    equal(await folder.list('a/b'), []);
  },
  'removing takes all below, and nothing else': async (folder) => {
    for (const path of ['a/x', 'a/b/y', 'ab/z']) await folder.write(path, bytes(path));
    await folder.remove('a');
    equal([await folder.kindOf('a'), await folder.kindOf('a/b/y'), await folder.kindOf('ab/z')], [undefined, undefined, 'file']);
    await folder.remove('a');
    await folder.remove('no/such/file');
  },
  'a folder removed and written again holds only what is new': async (folder) => {
    await folder.write('a/b/old', bytes('old'));
    await folder.list('a/b');
    await folder.remove('a');
    await folder.write('a/b/new', bytes('new'));
    equal(await folder.list('a/b'), [{ name: 'new', kind: 'file' }]);
    await folder.remove('a');
    await folder.makeFolder('a/b');
    equal(await folder.list('a/b'), []);
  },
  'a sub-folder is the same place under shorter paths': async (folder) => {
    const sub = folder.sub('a/b');
    // Of the opened folder, or of a folder below it: its path from there.
    const above = sub.name === 'a/b' ? '' : `${folder.name}/`;
    equal([sub.name, await folder.kindOf('a')], [`${above}a/b`, undefined]);
    await sub.write('c/x', bytes('x'));
    equal(text(await folder.read('a/b/c/x')), 'x');
    equal([(await sub.sub('c').file('x')).path, await folder.sub('a').kindOf('b')], ['x', 'folder']);
    equal([sub.sub('').name, sub.sub('c').name], [`${above}a/b`, `${above}a/b/c`]);
    await sub.remove('');
    equal(await folder.list('a'), []);
  },
  'no path leads out of the folder': async (folder) => {
    const paths = [
      '../x',
      'a/../../x',
      '/abs',
      'C:\\x',
      'C:',
      'a\\..\\x',
      'a\0b',
      'a\u202egnp',
      'con',
      'aux.txt',
      'a.',
      'a ',
      'x'.repeat(256),
    ];
    for (const path of paths) {
      await refused(() => folder.write(path, bytes('x')), 'name-refused');
      await refused(() => folder.read(path), 'name-refused');
      await refused(async () => folder.sub(path), 'name-refused');
    }
    equal(await folder.list(''), []);
  },
  'one name in two Unicode forms is one file': async (folder) => {
    await folder.write('Zo\u00eb/x', bytes('1'));
    await folder.write('Zoe\u0308/x', bytes('2'));
    equal([(await folder.list('')).length, text(await folder.read('Zo\u00eb/x'))], [1, '2']);
  },
  'many writes at once all arrive': async (folder) => {
    const paths = Array.from({ length: 40 }, (_, i) => `s/${i % 4}/f${i}`);
    await Promise.all(paths.map((path) => folder.write(path, bytes(path))));
    equal(await Promise.all(paths.map(async (path) => text(await folder.read(path)))), paths);
  },
};

/** The cases; `make` gives a new empty folder for each. */
export function folderConformance(make: () => Promise<Folder>): readonly ConformanceCase[] {
  return Object.entries(rules).map(([name, rule]) => ({ name, run: async () => rule(await make()) }));
}
