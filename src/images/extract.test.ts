/** @file Geometry of the elements; the golden tensors of the original are compared in `jobs/prepare-data.test.ts`. */
import { describe, expect, it } from 'vitest';
import { type Element, type Extraction, elementCount, elementId, elementShape, extractElement, rowMajorCopy } from './extract';
import { makeRoiMask } from './roi-mask';
import { type Triple, type Volume, volumeInFileOrder, volumeOfTensor } from './volume';

/** Voxel (i, j, k) holds i·10000 + j·100 + k, in file order. */
function numbered(shape: Triple): Volume {
  const [d, h, w] = shape;
  const data = new Float32Array(d * h * w);
  for (let k = 0; k < w; k++) for (let j = 0; j < h; j++) for (let i = 0; i < d; i++) data[i + d * (j + h * k)] = code(i, j, k);
  return volumeInFileOrder(shape, data, 'a.nii.gz');
}
const code = (i: number, j: number, k: number): number => i * 10000 + j * 100 + k;

/** Value at an index, by the element's own strides. */
const at = (element: Element, ...index: number[]): number =>
  element.data[index.reduce((sum, position, axis) => sum + position * element.strides[axis], 0)];

const full: Triple = [169, 208, 179];

describe('how many elements', () => {
  it.each<[string, Extraction, Triple, number]>([
    ['patches of 50, stride 50', { mode: 'patch', patchSize: 50, strideSize: 50 }, full, 36],
    ['the same, uncropped image', { mode: 'patch', patchSize: 50, strideSize: 50 }, [193, 229, 193], 36],
    ['overlapping patches', { mode: 'patch', patchSize: 18, strideSize: 12 }, [32, 36, 30], 8],
    ['sagittal slices', { mode: 'slice', direction: 0, channels: 'rgb', begin: 0, end: 0 }, full, 169],
    ['coronal slices', { mode: 'slice', direction: 1, channels: 'rgb', begin: 0, end: 0 }, full, 208],
    ['axial slices, 20 and 9 off', { mode: 'slice', direction: 2, channels: 'rgb', begin: 20, end: 9 }, full, 150],
    ['whole image', { mode: 'image' }, full, 1],
  ])('%s', (_, extraction, shape, count) => {
    expect(elementCount(extraction, shape, 'a')).toBe(count);
  });

  it('a patch larger than the image is refused with both sizes', () => {
    const extraction: Extraction = { mode: 'patch', patchSize: 31, strideSize: 5 };
    expect(() => elementCount(extraction, [32, 36, 30], 'sub-01.nii.gz')).toThrow(/31 voxels.*sub-01.*32 × 36 × 30/);
  });

  it('discarding all slices is refused', () => {
    const extraction: Extraction = { mode: 'slice', direction: 2, channels: 'rgb', begin: 15, end: 15 };
    expect(() => elementCount(extraction, [32, 36, 30], 'a')).toThrow(expect.objectContaining({ code: 'slices-all-discarded' }));
    expect(elementCount({ ...extraction, end: 14 }, [32, 36, 30], 'a')).toBe(1);
  });
});

describe('the i-th element', () => {
  const volume = numbered([5, 6, 7]);

  it('slices keep the order of the axes that remain', () => {
    const slice = (direction: number, i: number): Element =>
      extractElement(volume, { mode: 'slice', direction, channels: 'single', begin: 1, end: 0 }, i, 'a');
    expect(at(slice(0, 2), 0, 4, 6)).toBe(code(3, 4, 6));
    expect(at(slice(1, 2), 0, 4, 6)).toBe(code(4, 3, 6));
    expect(at(slice(2, 2), 0, 4, 5)).toBe(code(4, 5, 3));
  });

  it.each([
    [0, [1, 6, 7], [1, 1, 6]],
    [1, [1, 5, 7], [5, 1, 5]],
    [2, [1, 5, 6], [5, 1, 5]],
  ])('a single slice of direction %i has the shape and strides of torch', (direction, shape, strides) => {
    const element = extractElement(volume, { mode: 'slice', direction, channels: 'single', begin: 0, end: 0 }, 0, 'a');
    expect(element).toMatchObject({ shape, strides });
  });

  it('an rgb slice is the slice three times, row-major', () => {
    const element = extractElement(volume, { mode: 'slice', direction: 1, channels: 'rgb', begin: 0, end: 0 }, 2, 'a');
    expect(element).toMatchObject({ shape: [3, 5, 7], strides: [35, 7, 1] });
    for (const c of [0, 1, 2]) expect(at(element, c, 4, 6)).toBe(code(4, 2, 6));
  });

  it('patch numbers run fastest along the last axis', () => {
    const extraction: Extraction = { mode: 'patch', patchSize: 2, strideSize: 2 };
    expect(elementCount(extraction, [5, 6, 7], 'a')).toBe(2 * 3 * 3);
    const element = extractElement(volume, extraction, (1 * 3 + 2) * 3 + 1, 'a');
    expect(at(element, 0, 0, 0, 0)).toBe(code(2, 4, 2));
    expect(at(element, 0, 1, 1, 1)).toBe(code(3, 5, 3));
  });

  it('a saved image keeps the strides of the file, [d, 1, d, d·h]', () => {
    const element = extractElement(volume, { mode: 'image' }, 0, 'a');
    expect(element).toMatchObject({ shape: [1, 5, 6, 7], strides: [5, 1, 5, 30] });
    expect(element.data).toBe(volume.data);
  });

  it('the announced shape is the shape of every element', () => {
    const mask = makeRoiMask(
      'm',
      [5, 6, 7],
      numbered([5, 6, 7]).data.map((value) => (value > 20203 ? 1 : 0)),
      'm',
    );
    for (const extraction of [
      { mode: 'image' },
      { mode: 'patch', patchSize: 3, strideSize: 1 },
      { mode: 'slice', direction: 1, channels: 'rgb', begin: 1, end: 1 },
      { mode: 'slice', direction: 0, channels: 'single', begin: 0, end: 0 },
      { mode: 'roi', masks: [mask], uncropped: false },
      { mode: 'roi', masks: [mask], uncropped: true },
    ] as const satisfies Extraction[])
      for (let i = 0; i < elementCount(extraction, volume.shape, 'a'); i++)
        expect(extractElement(volume, extraction, i, 'a').shape).toEqual(elementShape(extraction, volume.shape, i));
  });

  it('slices are numbered as in the whole image, patches from 0', () => {
    expect(elementId({ mode: 'slice', direction: 0, channels: 'rgb', begin: 16, end: 0 }, 3)).toBe(19);
    expect(elementId({ mode: 'patch', patchSize: 3, strideSize: 1 }, 3)).toBe(3);
  });
});

describe('regions', () => {
  const shape: Triple = [4, 3, 3];
  const volume = numbered(shape);
  const voxel = (i: number, j: number, k: number): number => i + 4 * (j + 3 * k);
  const data = new Float32Array(36);
  data[voxel(0, 0, 1)] = data[voxel(3, 2, 1)] = 1;
  const mask = makeRoiMask('parts', shape, data, 'mask.nii.gz');

  it('empty planes between two parts fall out', () => {
    const element = extractElement(volume, { mode: 'roi', masks: [mask], uncropped: false }, 0, 'a');
    expect(element.shape).toEqual([1, 2, 2, 1]);
    expect([...element.data]).toEqual([code(0, 0, 1), 0, 0, code(3, 2, 1)]);
  });

  it('an uncropped region has the size and strides of the image and zeros outside', () => {
    const element = extractElement(volume, { mode: 'roi', masks: [mask], uncropped: true }, 0, 'a');
    expect(element).toMatchObject({ shape: [1, 4, 3, 3], strides: [36, 1, 4, 12] });
    expect([...element.data.keys()].filter((index) => element.data[index] !== 0)).toEqual([voxel(0, 0, 1), voxel(3, 2, 1)]);
  });

  it('a mask with a first axis of size 1 is the same mask', () => {
    expect(makeRoiMask('parts', [1, ...shape], data, 'masks/mask.nii.gz')).toEqual({ ...mask, path: 'masks/mask.nii.gz' });
    expect(makeRoiMask('parts', [...shape, 1, 1], data, 'mask.nii.gz')).toEqual(mask);
    expect(() => makeRoiMask('parts', [2, 2, 3, 3], data, 'm')).toThrow(expect.objectContaining({ code: 'image-not-3d' }));
  });

  it('only masks that hold both 0 and 1 and nothing else count as binary', () => {
    expect(mask.binary).toBe(true);
    expect(makeRoiMask('ones', shape, new Float32Array(36).fill(1), 'm').binary).toBe(false);
    expect(
      makeRoiMask(
        'grey',
        shape,
        Float32Array.from(data, (value) => value / 2),
        'm',
      ).binary,
    ).toBe(false);
    expect(() => makeRoiMask('none', shape, new Float32Array(36), 'm')).toThrow(expect.objectContaining({ code: 'mask-empty' }));
  });

  it('a mask on another grid is refused with both shapes', () => {
    const extraction: Extraction = { mode: 'roi', masks: [mask], uncropped: false };
    expect(() => elementCount(extraction, [4, 3, 4], 'sub-01')).toThrow(/4 × 3 × 3.*4 × 3 × 4/);
  });
});

describe('order in memory', () => {
  it('a row-major copy reads the same through any strides', () => {
    const shape: Triple = [35, 3, 40]; // wider than one tile on two axes
    const fileOrder = numbered(shape);
    const rowMajor = rowMajorCopy(extractElement(fileOrder, { mode: 'image' }, 0, 'a'));
    expect(rowMajor[(34 * 3 + 2) * 40 + 39]).toBe(code(34, 2, 39));
    expect(rowMajor[(33 * 3 + 1) * 40 + 32]).toBe(code(33, 1, 32));
    const again = volumeOfTensor([1, ...shape], [4200, 120, 40, 1], rowMajor, 'a.pt');
    expect(rowMajorCopy(extractElement(again, { mode: 'image' }, 0, 'a'))).toEqual(rowMajor);
    for (const extraction of [
      { mode: 'patch', patchSize: 3, strideSize: 2 },
      { mode: 'slice', direction: 2, channels: 'single', begin: 0, end: 0 },
    ] as const)
      expect(rowMajorCopy(extractElement(again, extraction, 1, 'a'))).toEqual(
        rowMajorCopy(extractElement(fileOrder, extraction, 1, 'a')),
      );
  });

  it('axes of size 1 after the third are dropped, and no others', () => {
    const data = Float32Array.from({ length: 24 }, (_, i) => i);
    for (const more of [[1], [1, 1], [1, 1, 1, 1]])
      expect(volumeInFileOrder([2, 3, 4, ...more], data, 'x')).toEqual(volumeInFileOrder([2, 3, 4], data, 'x'));
    expect(volumeInFileOrder([24, 1, 1, 1], data, 'x').shape).toEqual([24, 1, 1]);
  });

  it.each([
    [[2, 3, 2, 2], 'axis 4 has the size 2'],
    [[2, 3, 1, 1, 4], 'axis 5 has the size 4'],
    [[4, 6], 'it has 2 axes'],
    [[24], 'it has 1 axis'],
  ])('files of %s are refused, as not three-dimensional', (shape, reason) => {
    expect(() => volumeInFileOrder(shape, new Float32Array(24), 'x.nii.gz')).toThrow(
      expect.objectContaining({ code: 'image-not-3d', message: expect.stringContaining(reason), where: 'x.nii.gz' }),
    );
  });

  it('tensors that are no whole image are refused', () => {
    expect(() => volumeOfTensor([2, 2, 2], [4, 2, 1], new Float32Array(8), 'x.pt')).toThrow(
      expect.objectContaining({ code: 'tensor-not-image' }),
    );
  });
});
