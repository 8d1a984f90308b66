/** @file Images, masks and weights of the golden quality checks, by the formulas that made them in Python. */
import { gzipSync } from 'node:zlib';
import type { Folder } from '../src/folders/folder';
import { writeNifti } from '../src/formats/nifti';
import { OrderedDict, tensor, writeTorch } from '../src/formats/torch';
import { stateEntries } from '../src/networks/parameters';
import { type QualityNetworkName, qualityNetwork } from '../src/networks/quality-networks';

type Formula = (i: number, j: number, k: number) => number;

const identity = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
] as const;

/** First axis fastest. */
export function voxels([d, h, w]: readonly number[], value: Formula): Float32Array<ArrayBuffer> {
  const data = new Float32Array(d! * h! * w!);
  let at = 0;
  for (let k = 0; k < w!; k++) for (let j = 0; j < h!; j++) for (let i = 0; i < d!; i++) data[at++] = value(i, j, k);
  return data;
}

/** Packed. */
export const niftiOf = (shape: readonly number[], value: Formula): Uint8Array<ArrayBuffer> =>
  packed(writeNifti({ shape, data: voxels(shape, value), affine: identity, datatype: 'float32' }));

const packed = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(bytes, { level: 1 }));

export const brainShape = [61, 73, 57];
export function brain(n: number): Formula {
  return (i, j, k) => {
    const r = ((i - 30) / 26) ** 2 + ((j - 36) / 31) ** 2 + ((k - 28) / 24) ** 2;
    const noise = (7 * i + 13 * j + 17 * k + n * ((i * j) % 7)) % 101;
    return noise + (r < 1 ? 60 + 20 * n : 0) + (r < 0.3 ? 40 * (n % 2) : 0);
  };
}

export const uncropped = 'space-MNI152NLin2009cSym_res-1x1x1_T1w';

/** Four brains in a CAPS `caps`, as images. */
export async function writeBrains(workspace: Folder): Promise<void> {
  for (let n = 0; n < 4; n++) {
    const [participant, session] = [`sub-Q${n}`, 'ses-M000'];
    const path = `caps/subjects/${participant}/${session}/t1_linear/${participant}_${session}_${uncropped}.nii.gz`;
    await workspace.write(path, niftiOf(brainShape, brain(n)));
  }
}

const smallShape = [25, 31, 27];
const radius = (i: number, j: number, k: number): number => ((i - 12) / 10) ** 2 + ((j - 15) / 12) ** 2 + ((k - 13) / 11) ** 2;

/** Six maps of grey matter, the template of the group "Study", and a mask of the eyes. */
export async function writeGreyMatter(workspace: Folder): Promise<void> {
  const tops = [1.0, 0.99, 0.9, 0.97, 0.98, 0.96];
  const sizes = [0.9, 1.0, 0.9, 0.2, 1.0, 1.1];
  for (let n = 0; n < 6; n++) {
    const inner: Formula = (i, j, k) =>
      n === 4
        ? ((7 * i + 13 * j + 17 * k) % 11) / 10
        : Math.min(
            tops[n]!,
            (((5 * i + 3 * j + 2 * k) % 13) / 13) * 0.9 +
              ((7 * i + n * j + 11 * k) % (5 + n)) / (40 + n) +
              Number(i === 12 && j === 15 && k === 13),
          );
    const bytes = niftiOf(smallShape, (i, j, k) => (radius(i, j, k) < (n === 4 ? 1 : sizes[n]!) ? inner(i, j, k) : 0));
    const folder = `caps/subjects/sub-V${n}/ses-M000/t1/spm/segmentation/normalized_space`;
    const name = `sub-V${n}_ses-M000_T1w_segm-graymatter_space-Ixi549Space_modulated-off_probability.nii.gz`;
    await workspace.write(`${folder}/${name}`, bytes);
  }
  const layers = [0, 1, 2].flatMap((c) => [
    ...voxels(smallShape, (i, j, k) => (radius(i, j, k) < 1.1 ? ((5 * i + 3 * j + 2 * k + 4 * c) % 13) / 13 : 0)),
  ]);
  const template = writeNifti({ shape: [...smallShape, 3], data: layers, affine: identity, datatype: 'float32' });
  await workspace.write('caps/groups/group-Study/t1/group-Study_template.nii.gz', packed(template));
  await workspace.write(
    'files/eyes.nii.gz',
    niftiOf(smallShape, (i, j, k) => Number(j > 20 && radius(i, j, k) < 1.5)),
  );
}

const stripes: Formula = (i, j, k) => 7 * i + 13 * j + 17 * k;

/** Four PET images in a CAPS `pet`, and a contour. */
export async function writePet(workspace: Folder): Promise<void> {
  const isContour = (i: number, j: number, k: number): boolean => stripes(i, j, k) % 5 === 0;
  for (let n = 0; n < 4; n++) {
    const bytes = niftiOf(smallShape, (i, j, k) => {
      const value = (stripes(i, j, k) % 11) + (radius(i, j, k) < 1 ? n * ((i + j) % 3) * (5 - n) : 0);
      return n === 3 ? (isContour(i, j, k) ? 1 : value + 1) : value;
    });
    const name = `sub-P${n}_ses-M006_trc-18FFDG_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_suvr-pons_pet.nii.gz`;
    await workspace.write(`pet/subjects/sub-P${n}/ses-M006/pet_linear/${name}`, bytes);
  }
  await workspace.write(
    'files/contour.nii.gz',
    niftiOf(smallShape, (i, j, k) => (isContour(i, j, k) ? 1.4 : 0)),
  );
}

/** The values of an entry of a state dict, by its name. */
function formula(name: string, shape: readonly number[]): Float32Array<ArrayBuffer> {
  let seed = 0;
  for (const letter of name) seed = (Math.imul(seed, 31) + letter.charCodeAt(0)) >>> 0;
  const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
  const isNorm = name.endsWith('running_var') || (name.endsWith('weight') && shape.length === 1);
  const bound = 2 * Math.sqrt((name.startsWith('layer') ? 4 : 6) / fanIn);
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => {
    let hash = (Math.imul(i, 2654435761) + seed) >>> 0;
    hash = (hash ^ (hash >>> 15)) >>> 0;
    hash = Math.imul(hash, 2246822519) >>> 0;
    hash = (hash ^ (hash >>> 13)) >>> 0;
    const u = hash / 2 ** 32;
    if (isNorm) return 0.5 + u;
    return name.endsWith('weight') ? (u - 0.5) * bound : (u - 0.5) * 0.2;
  });
}

/** The file of a network with these values, and of darq the layer that it does not use. */
export function weightsFile(name: QualityNetworkName): Uint8Array<ArrayBuffer> {
  const { body, head, unused } = qualityNetwork(name);
  const state = new OrderedDict();
  const fc = name === 'darq' ? unused.map((entry) => ({ ...entry, role: 'weight' })) : [];
  for (const { name: entry, shape, role } of [...stateEntries(body), ...fc, ...stateEntries(head)])
    state.set(
      entry,
      role === 'batches' ? tensor('int64', [], BigInt64Array.of(0n)) : tensor('float32', shape, formula(entry, shape)),
    );
  return writeTorch(state, { archiveName: name });
}
