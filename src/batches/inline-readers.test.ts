import { expect, it } from 'vitest';
import type { Folder } from '../folders/folder';
import { memoryFolder } from '../folders/memory-folder';
import { tensor, writeTorch } from '../formats/torch';
import type { Extraction } from '../images/extract';
import { inlineReaders } from './inline-readers';
import type { ReadSampleRequest } from './readers';

const size = 4;
const voxels = (of: number): Float32Array<ArrayBuffer> => Float32Array.from({ length: size ** 3 }, (_, i) => of + i);

/** Files `a` and `b`, whose memory notes in `given` when it is given back, as browsers do. */
async function twoImages(): Promise<{ readonly caps: Folder; readonly given: string[] }> {
  const memory = memoryFolder('caps');
  for (const [i, name] of ['a', 'b'].entries())
    await memory.write(name, writeTorch(tensor('float32', [1, size, size, size], voxels(100 * i)), { archiveName: name }));
  const given: string[] = [];
  const read: Folder['read'] = async (path) => {
    const bytes = await memory.read(path);
    Object.defineProperty(bytes.buffer, 'transfer', { value: () => given.push(path) });
    return bytes;
  };
  return { caps: { ...memory, read }, given };
}

const patches: Extraction = { mode: 'patch', patchSize: 2, strideSize: 2 };
const request = (caps: Folder, path: string, element: number, extraction: Extraction | null = patches): ReadSampleRequest => ({
  ...{ caps, path, element, extraction, shape: extraction === patches ? [1, 2, 2, 2] : [1, size, size, size] },
  ...{ transforms: { normalize: false, sizeReductionFactor: null }, datasetKey: 'one', elementId: element, label: 0 },
  ...{ participant_id: 'sub-1', session_id: 'ses-M000' },
});
const { signal } = new AbortController();

it('a whole image is read once for its elements in turn, and given back when the next one is read', async () => {
  const { caps, given } = await twoImages();
  const readers = inlineReaders();
  const [first, second] = [
    await readers.readSample(request(caps, 'a', 0), signal),
    await readers.readSample(request(caps, 'a', 7), signal),
  ];
  expect(given).toEqual([]);
  await readers.readSample(request(caps, 'b', 0), signal);
  expect(given).toEqual(['a']);
  readers.dispose();
  await Promise.resolve();
  expect(given).toEqual(['a', 'b']);
  expect([...first.data]).toEqual([0, 1, 4, 5, 16, 17, 20, 21]);
  expect([...second.data]).toEqual([42, 43, 46, 47, 58, 59, 62, 63]);
});

it('an image that others still cut from is given back after the last of them', async () => {
  const { caps, given } = await twoImages();
  const readers = inlineReaders();
  const order = ['a', 'b', 'a', 'b'];
  const found = await Promise.all(order.map((path) => readers.readSample(request(caps, path, 0), signal)));
  expect(found.map(({ data }) => data[0])).toEqual([0, 100, 0, 100]);
  expect(given.sort()).toEqual(['a', 'a', 'b']);
});

it.each([[null], [{ mode: 'image' } as const]])(
  'a file that is one sample is given back once it is copied: %s',
  async (extraction) => {
    const { caps, given } = await twoImages();
    const { data } = await inlineReaders().readSample(request(caps, 'b', 0, extraction), signal);
    expect(given).toEqual(['b']);
    expect([...data]).toEqual([...voxels(100)]);
  },
);
