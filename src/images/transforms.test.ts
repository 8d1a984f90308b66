/** @file Transforms against PyTorch's numbers (`test/golden/images`). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reducedShape, reduceSize, replaceNan, transformElement } from './transforms';

interface Vectors {
  readonly minmax: readonly { shape: number[]; input: (number | string)[]; output: number[] }[];
  readonly nan: { input: (number | string)[]; output: number[] };
  readonly reduced: Readonly<Record<string, Record<'whole' | 'patch', Description>>>;
}
interface Description {
  readonly shape: number[];
  readonly first: number;
  readonly last: number;
  readonly sum: number;
}

const vectors = JSON.parse(readFileSync('test/golden/images/transforms.json', 'utf8')) as Vectors;
const floats = (values: readonly (number | string)[]): Float32Array<ArrayBuffer> =>
  Float32Array.from(values, (value) =>
    typeof value === 'number' ? value : Number(value.replace('inf', 'Infinity').replace('nan', 'NaN')),
  );
const plain = { normalize: true, sizeReductionFactor: null };

describe('transforms', () => {
  it('min-max gives the bits of torch', () => {
    for (const { shape, input, output } of vectors.minmax) {
      const result = transformElement(floats(input), shape, plain, 'a.pt');
      expect(result.data).toEqual(floats(output));
      expect(result).toMatchObject({ shape, nanCount: 0, constant: false });
    }
  });

  it('NaN becomes 0 and infinities the largest numbers, as nan_to_num does', () => {
    const data = floats(vectors.nan.input);
    expect(replaceNan(data)).toBe(1);
    expect(data).toEqual(floats(vectors.nan.output));
  });

  it('infinities without NaN stay when nothing is normalised', () => {
    const data = Float32Array.of(1, Infinity, 3);
    expect(replaceNan(data)).toBe(0);
    expect(data[1]).toBe(Infinity);
  });

  it('infinities are refused by name instead of turning into NaN', () => {
    const act = (): unknown => transformElement(Float32Array.of(1, Infinity, 3), [1, 1, 1, 3], plain, 'sub-01.pt');
    expect(act).toThrow(expect.objectContaining({ code: 'values-infinite', where: 'sub-01.pt' }));
  });

  it.each([7, 0, NaN])('an element full of %d becomes zeros and is reported', (value) => {
    const result = transformElement(new Float32Array(8).fill(value), [1, 2, 2, 2], plain, 'a.pt');
    expect(result.data).toEqual(new Float32Array(8));
    expect(result.constant).toBe(true);
    expect(result.nanCount).toBe(Number.isNaN(value) ? 8 : 0);
  });

  it('without normalisation a constant element keeps its value and is still reported', () => {
    const result = transformElement(new Float32Array(8).fill(7), [1, 2, 2, 2], { ...plain, normalize: false }, 'a.pt');
    expect(result.data).toEqual(new Float32Array(8).fill(7));
    expect(result.constant).toBe(true);
  });

  it.each(['2', '3', '4', '5'])('size reduction by %s keeps the voxels that torch slicing keeps', (factor) => {
    const whole = Float32Array.from({ length: 169 * 208 * 179 }, (_, i) => i);
    for (const [name, shape] of [
      ['whole', [1, 169, 208, 179]],
      ['patch', [1, 50, 50, 50]],
    ] as const) {
      const { shape: reduced, data } = reduceSize(whole, shape, Number(factor));
      let sum = 0;
      for (const value of data) sum += value;
      const found: Description = { shape: reduced, first: data[0], last: data[data.length - 1], sum };
      expect(found).toEqual(vectors.reduced[factor][name]);
    }
  });

  it('size reduction refuses other factors, slices and volumes that it would empty', () => {
    expect(() => reducedShape([1, 50, 50, 50], 6)).toThrow(expect.objectContaining({ code: 'size-reduction-factor' }));
    expect(() => reducedShape([3, 208, 179], 2)).toThrow(expect.objectContaining({ code: 'size-reduction-shape' }));
    expect(() => reducedShape([1, 8, 8, 8], 2)).toThrow(expect.objectContaining({ code: 'size-reduction-shape' }));
  });
});
