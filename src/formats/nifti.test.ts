import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import nibabel from '../../test/golden/formats/nifti.json';
import { AppError } from '../base/errors';
import type { Codec } from './codec';
import { fileFaults, roundTripFault } from './codec-suite';
import { gunzip } from './gzip';
import { type NiftiImage, niftiCodec, readNifti, readNiftiHeader, writeNifti } from './nifti';

interface Case {
  readonly name: string;
  readonly file: string;
  readonly error?: string;
  readonly shape?: readonly number[];
  readonly affine?: readonly (readonly string[])[];
  readonly float32?: string;
  readonly float64?: string;
}

const cases: readonly Case[] = nibabel.cases;

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'base64'));

/** The float of Python's `float.hex`. */
function fromHex(text: string): number {
  const match = /^(-?)0x([01])\.?([0-9a-f]*)p([+-]\d+)$/.exec(text);
  if (match === null) return Number(text.replace('inf', 'Infinity'));
  const [, sign, whole, fraction, power] = match;
  const digits = Number.parseInt(whole + fraction, 16) / 16 ** fraction.length;
  return (sign === '-' ? -1 : 1) * digits * 2 ** Number(power);
}

const golden = 'test/golden/';
const read = (path: string) => gunzip(readFileSync(golden + path), { maxBytes: 2 ** 24 });
const float64Codec: Codec<NiftiImage> = { ...niftiCodec, read: (bytes) => readNifti(bytes, { as: 'float64' }) };
const goldenImages = [
  'study/caps/subjects/sub-T00/ses-M000/t1_linear/sub-T00_ses-M000_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz',
  'study/caps/masks/tpl-MNI152NLin2009cSym/tpl-MNI152NLin2009cSym_desc-Crop_res-1x1x1_roi-leftBig_mask.nii.gz',
  'generate/caps_triv/subjects/sub-TRIV0/ses-M000/t1-linear/sub-TRIV0_ses-M000_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz',
  'maps/maps_cls/split-0/best-loss/test/interpret-gradtest/mean_image-0_map.nii.gz',
  'maps/maps_rec/split-0/best-loss/test3/nifti_images/sub-T01_ses-M000_image_output.nii.gz',
];

const sameImage = (a: NiftiImage, b: NiftiImage): boolean =>
  JSON.stringify([a.shape, a.affine, a.datatype]) === JSON.stringify([b.shape, b.affine, b.datatype]) &&
  a.data.length === b.data.length &&
  a.data.every((value, i) => Object.is(value, b.data[i]));

/** Files that nibabel opens and we refuse, with the reason. */
const refusedOnPurpose: Readonly<Record<string, string>> = {
  'axes 0 v1': 'no voxels',
  'axes 0 v2': 'no voxels',
  'axes -1 v2': 'nibabel shows one number of a broken header',
  'axes 32767 v2': 'nibabel shows one number of a broken header',
  'dim[1] 0 v1': 'no voxels',
  'dim[1] 0 v2': 'no voxels',
  'vox_offset 0 v1': 'nibabel shows the header as voxels',
  'vox_offset 0 v2': 'nibabel shows the header as voxels',
  "magic b'ni1' v1": 'half of a pair',
  "magic b'ni2' v2": 'half of a pair',
};

describe('images as nibabel reads them', () => {
  for (const expected of cases) {
    const { name, file } = expected;
    const refused = expected.error !== undefined || name in refusedOnPurpose;
    it(`${name}: ${refused ? 'is refused' : 'has the same voxels and affine'}`, () => {
      const bytes = fromBase64(file);
      if (refused) {
        expect(() => readNifti(bytes)).toThrow(AppError);
        return;
      }
      const image = readNifti(bytes);
      expect(image.shape).toEqual(expected.shape);
      expect(image.data).toEqual(new Float32Array(fromBase64(expected.float32!).buffer));
      expect(readNifti(bytes, { as: 'float64' }).data).toEqual(new Float64Array(fromBase64(expected.float64!).buffer));
      image.affine.flat().forEach((value, i) => {
        const wanted = fromHex(expected.affine!.flat()[i]);
        if (Number.isNaN(wanted)) expect(value).toBeNaN();
        else expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(wanted)));
      });
    });
  }

  it('the voxel types that are refused are named', () => {
    const message = (code: number) => {
      const bytes = writeNifti({ shape: [2], data: [1, 2], affine: identity, datatype: 'int16' });
      new DataView(bytes.buffer).setInt16(70, code, true);
      try {
        readNiftiHeader(bytes, { where: 'a.nii' });
      } catch (error) {
        return error instanceof AppError ? `${error.code} ${error.where}: ${error.message}` : String(error);
      }
      return 'accepted';
    };
    expect(message(32)).toContain('nifti-voxel-type a.nii: The NIfTI image has voxels of type complex64');
    expect(message(128)).toContain('RGB24');
    expect(message(1536)).toContain('float128');
    expect(message(4711)).toContain('number 4711');
  });
});

const identity = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
];

describe('images as nibabel writes them', () => {
  for (const path of goldenImages) {
    it(`${path.split('/').pop()} is written again byte for byte`, async () => {
      expect(fileFaults(float64Codec, await read(path), { same: sameImage, prefixes: 'refused', bytesReturn: true })).toEqual([]);
      expect(fileFaults(niftiCodec, await read(path), { same: sameImage, prefixes: 'refused', bytesReturn: false })).toEqual([]);
    });
  }

  nibabel.affines.forEach(({ affine, file }, i) => {
    it(`the header for affine ${i} holds the same numbers as nibabel's`, () => {
      const wanted = fromBase64(file);
      const data = Float32Array.from({ length: 12 }, (_, voxel) => voxel);
      const found = writeNifti({ shape: [3, 2, 2], data, affine, datatype: 'float32' });
      expect(found.length).toBe(wanted.length);
      const [a, b] = [new DataView(found.buffer), new DataView(wanted.buffer)];
      for (let at = 256; at < 328; at += 4) expect(a.getFloat32(at, true)).toBeCloseTo(b.getFloat32(at, true), 5);
      for (let at = 76; at < 108; at += 4) expect(a.getFloat32(at, true)).toBeCloseTo(b.getFloat32(at, true), 5);
      const outside = (bytes: Uint8Array) => bytes.filter((_, at) => !(at >= 76 && at < 108) && !(at >= 256 && at < 328));
      expect(outside(found)).toEqual(outside(wanted));
    });
  });

  it('any image of a writable type reads back the same', () => {
    const element = {
      uint8: fc.integer({ min: 0, max: 255 }),
      int16: fc.integer({ min: -32768, max: 32767 }),
      float32: fc.float(),
      float64: fc.float(),
    };
    const number = fc.float({ min: -1000, max: 1000, noNaN: true }).map((x) => (x === 0 ? 0 : x));
    const images = fc
      .tuple(
        fc.constantFrom('uint8', 'int16', 'float32', 'float64'),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
        fc.array(number, { minLength: 12, maxLength: 12 }),
      )
      .chain(([datatype, shape, rows]) => {
        const count = shape.reduce((a, b) => a * b, 1);
        const affine = [rows.slice(0, 4), rows.slice(4, 8), rows.slice(8), [0, 0, 0, 1]];
        return fc
          .array(element[datatype as keyof typeof element], { minLength: count, maxLength: count })
          .map((values) => ({ datatype: datatype as keyof typeof element, shape, affine, data: Float32Array.from(values) }));
      });
    fc.assert(
      fc.property(images, (parts) => {
        const header = readNiftiHeader(writeNifti(parts));
        expect(roundTripFault(niftiCodec, { ...parts, header }, sameImage)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('a value that an integer type cannot hold is refused with its place', () => {
    const source = { shape: [3], affine: identity, datatype: 'uint8' as const };
    expect(() => writeNifti({ ...source, data: [0, 255, 256] })).toThrow('Voxel 2 of the NIfTI image is 256, which uint8');
    expect(() => writeNifti({ ...source, data: [0, 0.5, 1] })).toThrow('Voxel 1');
    expect(() => writeNifti({ ...source, data: [0, 0, Number.NaN] })).toThrow('Voxel 2');
    expect(() => writeNifti({ ...source, datatype: 'int64', data: [1, 2, 3] })).toThrow('type int64');
  });

  it('the s-form code is the one asked for', () => {
    const parts = { shape: [2], data: [1, 2], affine: identity, datatype: 'float32' as const };
    expect(readNiftiHeader(writeNifti(parts)).sformCode).toBe(2);
    expect(readNiftiHeader(writeNifti(parts, { sformCode: 4 })).sformCode).toBe(4);
  });
});

describe('wrong headers', () => {
  const sample = (version: 1 | 2, endian: '<' | '>') =>
    fromBase64(cases.find((candidate) => candidate.name === `float32 ${endian} v${version}`)!.file);
  const interesting = fc.oneof(fc.constantFrom(0, 1, 7, 8, 127, 128, 255), fc.integer({ min: 0, max: 255 }));

  it('10 000 damaged headers give an image or a DataError, and no allocation beyond the budget', () => {
    const changes = fc.array(fc.tuple(fc.integer({ min: 0, max: 543 }), interesting), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.constantFrom<1 | 2>(1, 2), fc.constantFrom<'<' | '>'>('<', '>'), changes, (version, endian, edits) => {
        const bytes = sample(version, endian);
        for (const [at, value] of edits) if (at < (version === 1 ? 348 : 540)) bytes[at] = value;
        const copy = bytes.slice();
        try {
          const image = readNifti(bytes, { maxVoxels: 1e6 });
          expect(image.data.length).toBe(image.shape.reduce((a, b) => a * b, 1));
          expect(image.data.byteLength).toBeLessThanOrEqual(8 * bytes.length);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
        }
        expect(Buffer.compare(bytes, copy)).toBe(0);
      }),
      { numRuns: 10_000 },
    );
  });

  it('dims, types and codes at their limits give an image or a DataError', () => {
    const field = fc.constantFrom(-32768, -1, 0, 1, 2, 3, 7, 8, 9, 255, 256, 32767);
    fc.assert(
      fc.property(fc.array(field, { minLength: 8, maxLength: 8 }), field, fc.float(), fc.float(), (dims, type, offset, slope) => {
        const bytes = sample(1, '<');
        const view = new DataView(bytes.buffer);
        for (const [i, size] of dims.entries()) view.setInt16(40 + 2 * i, size, true);
        view.setInt16(70, type, true);
        view.setFloat32(108, offset, true);
        view.setFloat32(112, slope, true);
        try {
          readNifti(bytes);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('an image over the budget of voxels is refused before any voxel is looked at', () => {
    const bytes = sample(1, '<');
    expect(() => readNifti(bytes, { maxVoxels: 11 })).toThrow('12 voxels (shape 3 × 2 × 2)');
    expect(readNifti(bytes, { maxVoxels: 12 }).data.length).toBe(12);
  });
});
