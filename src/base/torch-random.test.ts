import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from './crc';
import { fma32 } from './fma32';
import { TorchRandom } from './torch-random';

type Named = readonly (readonly [name: string, shape: readonly number[], hex: string])[];
interface Vectors {
  readonly conv3d_1_8_3: Named;
  readonly linear_10_5: Named;
  readonly randn_4: string;
  readonly randn_15: string;
  readonly randn_16: string;
  readonly randn_20: string;
  readonly randn_100: string;
  readonly rand_100: string;
  readonly rand64_10: string;
  readonly randperm_20: readonly number[];
  readonly randperm_1000: readonly number[];
  readonly base_seed: string;
  readonly 'dropout_0.5_64': readonly number[];
  readonly 'dropout_0.3_64': readonly number[];
  readonly weighted: readonly number[];
}
const { torch } = JSON.parse(readFileSync('test/golden/rng/torch.json', 'utf8')) as { readonly torch: Vectors };

const bytes = (hex: string): ArrayBuffer => Uint8Array.from(Buffer.from(hex, 'hex')).buffer;
const floats = (hex: string): number[] => [...new Float32Array(bytes(hex))];

/** The exact x·y + z of three float32 numbers rounded once, by whole numbers: every float32 is an integer times 2⁻¹⁴⁹. */
function fmaByIntegers(x: number, y: number, z: number): number {
  const scaled = (v: number): bigint => BigInt(v * 2 ** 149);
  const exact = scaled(x) * scaled(y) + (scaled(z) << 149n); // × 2⁻²⁹⁸
  const size = exact < 0n ? -exact : exact;
  const shift = Math.max(size.toString(2).length - 24, 298 - 149);
  const unit = 1n << BigInt(shift);
  const rest = size % unit;
  let whole = size / unit;
  if (rest * 2n > unit || (rest * 2n === unit && whole % 2n === 1n)) whole += 1n;
  return (exact < 0n ? -1 : 1) * Number(whole) * 2 ** (shift - 298);
}

describe('fma32', () => {
  it('looks beside the middle between two floats, where the sum in doubles falls', () => {
    const ulp = 2 ** -23;
    // x·y = half an ulp of 1, less or more by 2⁻⁷⁰, which a double beside 1 does not hold.
    const less = [2 ** -24 * (1 + ulp), 1 - ulp] as const;
    const more = [2 ** -24 * (1 + 2 * ulp), 1 - ulp] as const;
    const cases = [1, 1 + ulp, 1 + 2 * ulp, 1.5, 1.5 + ulp, 2 - ulp].flatMap((z) =>
      [1, -1].flatMap((sign) => [less, more].map(([x, y]) => [sign * x, y, sign * z] as const)),
    );
    for (const [x, y, z] of cases) expect([x, y, z, fma32(x, y, z)]).toEqual([x, y, z, fmaByIntegers(x, y, z)]);
    expect(fma32(less[0], less[1], 1 + ulp)).toBe(1 + ulp);
    expect(Math.fround(less[0] * less[1] + (1 + ulp))).toBe(1 + 2 * ulp);
  });

  it('rounds once, like arithmetic on whole numbers', () => {
    // Kept where 2¹⁴⁹ times the number is still exact in doubles.
    const float = fc.float({ noNaN: true, min: Math.fround(-1000), max: Math.fround(1000) });
    fc.assert(
      fc.property(float, float, float, (x, y, z) => {
        expect(fma32(x, y, z) + 0).toBe(fmaByIntegers(x, y, z) + 0);
      }),
      { numRuns: 3000 },
    );
  });

  it('decides a false tie by the lost part', () => {
    const half = 2 ** -24;
    const tiny = Math.fround(2 ** -60);
    expect(fma32(half, 1 + 2 ** -23, 1)).toBe(1 + 2 ** -23);
    expect(fma32(tiny, tiny, 1)).toBe(1);
    // 1 + 2⁻²⁴ exactly is a tie and goes to even; a product a hair above it does not.
    expect(fma32(half, 1, 1)).toBe(1);
    expect(fma32(-half, 1 - half, Math.fround(1 + 2 ** -23))).toBe(fmaByIntegers(-half, 1 - half, Math.fround(1 + 2 ** -23)));
  });
});

describe('TorchRandom', () => {
  it('seed 0 gives the words, floats and doubles of torch', () => {
    const words = new TorchRandom(0);
    expect([0, 1, 2, 3].map(() => words.next32())).toEqual([2357136044, 2546248239, 3071714933, 3626093760]);
    const small = new TorchRandom(0);
    expect(Array.from({ length: 100 }, () => small.random24())).toEqual(floats(torch.rand_100));
    const large = new TorchRandom(0);
    const doubles = [...new Float64Array(bytes(torch.rand64_10))];
    expect(doubles.map(() => large.random53())).toEqual(doubles);
  });

  it('a seed above 32 bits counts by its low half', () => {
    expect(new TorchRandom(2 ** 40 + 5).next32()).toBe(new TorchRandom(5).next32());
  });

  it.each([
    ['conv3d_1_8_3', 27],
    ['linear_10_5', 10],
  ] as const)('uniform numbers are bit-equal to the weights of %s', (name, fanIn) => {
    const random = new TorchRandom(0);
    for (const [, , hex] of torch[name]) {
      const expected = floats(hex);
      const out = new Float32Array(expected.length);
      random.uniformFloat32(out, -1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn));
      expect([...out]).toEqual(expected);
    }
  });

  it('permutations are those of torch', () => {
    expect(new TorchRandom(0).randperm(20)).toEqual(torch.randperm_20);
    expect(new TorchRandom(0).randperm(1000)).toEqual(torch.randperm_1000);
    expect(new TorchRandom(1).randperm(10)).toEqual([5, 6, 1, 2, 0, 8, 9, 3, 7, 4]);
  });

  it('base seeds of loaders are those of torch', () => {
    const random = new TorchRandom(0);
    expect(String(random.nextInt64())).toBe(torch.base_seed);
    expect(String(random.nextInt64())).toBe('3969543146641149120');
  });

  it.each([0.5, 0.3] as const)('the dropout mask of probability %d is that of torch', (p) => {
    const expected = torch[`dropout_${p}_64`].map(Math.fround);
    expect([...new TorchRandom(0).dropoutMask(64, p)]).toEqual(expected);
  });

  it('dropout of probability 0 draws nothing', () => {
    const random = new TorchRandom(0);
    expect([...random.dropoutMask(3, 0)]).toEqual([1, 1, 1]);
    expect(random.next32()).toBe(2357136044);
  });

  it('weighted draws are those of torch', () => {
    const weights = Array.from({ length: 20 }, (_, i) => (i < 10 ? 0.1 : 0.3));
    expect(new TorchRandom(0).multinomial(weights, 20)).toEqual(torch.weighted);
    const quarter = [0.25, 0.25, 0.25, 0.25, 0.5, 0.5];
    expect(new TorchRandom(0).multinomial(quarter, 6)).toEqual([5, 4, 3, 5, 4, 5]);
  });

  it('few normals are bit-equal to torch, and the odd one is kept for the next call', () => {
    expect([...new TorchRandom(0).randn(15)]).toEqual(floats(torch.randn_15));
    expect([...new TorchRandom(0).randn(4)]).toEqual(floats(torch.randn_4));
    const parts = new TorchRandom(0);
    expect([...parts.randn(3), ...parts.randn(1)]).toEqual(floats(torch.randn_4));
  });

  it.each([16, 20, 100] as const)('%d normals are bit-equal to torch', (size) => {
    expect([...new TorchRandom(0).randn(size)]).toEqual(floats(torch[`randn_${size}`]));
  });

  it('so are a hundred thousand, by their checksum in PyTorch 1.13.1 and 2.8.0', () => {
    const normals = new TorchRandom(0).randn(100_003);
    expect(crc32(new Uint8Array(normals.buffer))).toBe(709_263_748);
  });

  it('a saved state goes on with the same numbers, the stored normal included', () => {
    const random = new TorchRandom(7);
    random.randn(1);
    const copy = TorchRandom.fromState(structuredClone(random.state()));
    const draw = (r: TorchRandom): unknown[] => [...r.randn(3), r.next32(), r.randperm(5)];
    expect(draw(copy)).toEqual(draw(random));
  });
});
