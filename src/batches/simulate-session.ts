/** @file One simulated image from template to file. */
import { letMessagesIn } from '../base/event-loop';
import type { Folder } from '../folders/folder';
import { gunzip, gzip, isGzip } from '../formats/gzip';
import { type NiftiImage, readNifti, writeNifti } from '../formats/nifti';
import { simulateVolume } from '../images/simulate';
import { tripleOf } from '../images/volume';
import type { SimulateSessionRequest } from './readers';

const MAX_TEMPLATE_BYTES = 2 ** 24;

let unpacked: { readonly bytes: number; readonly image: NiftiImage } | undefined;

/** The template, unpacked once per thread: it comes with every request. */
async function openTemplate(packed: Uint8Array): Promise<NiftiImage> {
  if (unpacked?.bytes === packed.length) return unpacked.image;
  // Some web servers announce the encoding of a .gz file, and the browser has unpacked it on the way.
  const image = readNifti(isGzip(packed) ? await gunzip(packed, { maxBytes: MAX_TEMPLATE_BYTES }) : packed);
  unpacked = { bytes: packed.length, image };
  return image;
}

/** Writes 16-bit voxels on the grid of the template. */
export async function simulateSession(caps: Folder, request: SimulateSessionRequest, signal: AbortSignal): Promise<void> {
  const hear = async (): Promise<void> => {
    await letMessagesIn(); // only then is a stop heard
    signal.throwIfAborted();
  };
  const { shape, data, affine } = await openTemplate(request.template);
  await hear();
  const voxelSizeMm = Math.abs(affine[0][0]);
  const template = { shape: tripleOf(shape, request.outputPath), data, voxelSizeMm };
  const voxels = await simulateVolume(template, request.simulation, hear);
  await hear();
  const rounded = new Int16Array(voxels.length);
  for (let i = 0; i < voxels.length; i++) rounded[i] = Math.round(voxels[i]);
  const packed = await gzip(writeNifti({ shape, data: rounded, affine, datatype: 'int16' }));
  await hear();
  await caps.write(request.outputPath, packed);
}
