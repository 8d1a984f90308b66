/** @file One simulated image from template to file, with the truth about it. */
import { letMessagesIn } from '../base/event-loop';
import type { Folder } from '../folders/folder';
import { gunzip, gzip, isGzip } from '../formats/gzip';
import { readNifti, writeNifti } from '../formats/nifti';
import type { Affine } from '../formats/nifti-affine';
import { diseaseLogJacobian } from '../images/disease-jacobian';
import { atHalfResolution } from '../images/half-resolution';
import { simulateVolume, type Template } from '../images/simulate';
import { tripleOf } from '../images/volume';
import type { SimulateSessionRequest } from './readers';

const MAX_TEMPLATE_BYTES = 2 ** 24;

interface OpenTemplate extends Template {
  readonly affine: Affine;
}

let opened: { readonly bytes: number; readonly voxelSizeMm: number; readonly template: OpenTemplate } | undefined;

/** The template at the wanted resolution, unpacked once per thread: it comes with every request. */
async function openTemplate(packed: Uint8Array, voxelSizeMm: number, where: string): Promise<OpenTemplate> {
  if (opened?.bytes === packed.length && opened.voxelSizeMm === voxelSizeMm) return opened.template;
  // Some web servers announce the encoding of a .gz file, and the browser has unpacked it on the way.
  const image = readNifti(isGzip(packed) ? await gunzip(packed, { maxBytes: MAX_TEMPLATE_BYTES }) : packed);
  const found = { shape: tripleOf(image.shape, where), data: image.data, voxelSizeMm: Math.abs(image.affine[0][0]) };
  const template =
    found.voxelSizeMm === voxelSizeMm
      ? { ...found, affine: image.affine }
      : { ...atHalfResolution(found.data, found.shape), voxelSizeMm, affine: twice(image.affine) };
  opened = { bytes: packed.length, voxelSizeMm, template };
  return template;
}

/** Voxels of twice the length, the first one where it was. */
const twice = (affine: Affine): Affine =>
  affine.map((row, i) => (i < 3 ? [2 * row[0], 2 * row[1], 2 * row[2], row[3]] : row)) as unknown as Affine;

/** Writes 16-bit voxels of an image, and 32-bit ones of its truth. */
export async function simulateSession(caps: Folder, request: SimulateSessionRequest, signal: AbortSignal): Promise<void> {
  const hear = async (): Promise<void> => {
    await letMessagesIn(); // only then is a stop heard
    signal.throwIfAborted();
  };
  const { outputPath, simulation, truth, voxelSizeMm } = request;
  const template = await openTemplate(request.template, voxelSizeMm, outputPath);
  const { shape, affine } = template;
  await hear();
  const voxels = await simulateVolume(template, simulation, hear);
  await hear();
  const rounded = new Int16Array(voxels.length);
  for (let i = 0; i < voxels.length; i++) rounded[i] = Math.round(voxels[i]);
  const packed = await gzip(writeNifti({ shape, data: rounded, affine, datatype: 'int16' }));
  await hear();
  await caps.write(outputPath, packed);
  if (truth === undefined) return;
  const data = diseaseLogJacobian(shape, voxelSizeMm, simulation.volumeFactors, truth.healthyFactors);
  await caps.write(truth.path, await gzip(writeNifti({ shape, data, affine, datatype: 'float32' })));
}
