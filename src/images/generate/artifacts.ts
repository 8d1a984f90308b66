/** @file `generate artifacts`: motion, contrast and noise, in this order, with the draws of torchio 0.18.92. */
import { TorchRandom } from '../../base/torch-random';
import type { Affine } from '../../formats/nifti-affine';
import { torchInteger, uniform32 } from '../augment/augmentation';
import { applyMotion, drawMotion, type Motion } from '../augment/motion';
import type { Triple } from '../volume';

type Range = readonly [number, number];

/** Null: left out. */
export interface ArtifactRanges {
  readonly motion: { readonly degrees: Range; readonly translation: Range; readonly count: number } | null;
  /** Of the logarithm of the power. */
  readonly contrast: Range | null;
  /** Of the standard deviation. */
  readonly noise: Range | null;
}

/** What is drawn for one image. Plain data. */
export interface Artifacts {
  readonly motion: Motion | null;
  /** The power. */
  readonly contrast: number | null;
  readonly noise: { readonly sd: number; readonly mean: number; readonly seed: number } | null;
}

/** The transform that joins the others, each of them, and the fixed one that each makes, ask once whether they shall be applied. */
export function drawArtifacts(torch: TorchRandom, ranges: ArtifactRanges): Artifacts {
  const asked = <T>(draw: () => T): T => {
    torch.next32();
    const drawn = draw();
    torch.next32();
    return drawn;
  };
  torch.next32();
  const { motion, contrast, noise } = ranges;
  return {
    motion: motion && asked(() => drawMotion(torch, motion)),
    contrast: contrast && asked(() => Math.exp(uniform32(torch, ...contrast))),
    noise:
      noise &&
      asked(() => {
        const mean = uniform32(torch, 0, 0);
        const sd = uniform32(torch, ...noise);
        return { sd, mean, seed: torchInteger(torch, 0, 2 ** 31) };
      }),
  };
}

type Floats = Float32Array<ArrayBuffer>;

function raise(data: Floats, power: number): void {
  const exponent = Math.fround(power);
  // The signs are kept where there are two of them.
  const isSigned = data.some((value) => value < 0);
  for (let i = 0; i < data.length; i++) {
    data[i] = isSigned ? Math.sign(data[i]) * Math.abs(data[i]) ** exponent : data[i] ** exponent;
  }
}

function addNoise(data: Floats, { sd, mean, seed }: NonNullable<Artifacts['noise']>): void {
  const field = new TorchRandom(seed).randn(data.length);
  const [deviation, middle] = [Math.fround(sd), Math.fround(mean)];
  for (let i = 0; i < data.length; i++) data[i] += Math.fround(Math.fround(field[i] * deviation) + middle);
}

/** The changed image; `data`, row-major, may be written over. `affine`: voxel → millimetres of NIfTI. */
export function applyArtifacts(data: Floats, shape: Triple, affine: Affine, { motion, contrast, noise }: Artifacts): Floats {
  // torchio's places have the first two axes turned round, as DICOM has.
  const [x, y, z, last] = affine;
  const place = [x.map((value) => -value), y.map((value) => -value), z, last];
  const result = motion === null ? data : applyMotion(data, shape, motion, place);
  if (contrast !== null) raise(result, contrast);
  if (noise !== null) addNoise(result, noise);
  return result;
}
