/** @file Every path inside a CAPS folder, and the names of the tensor files. */

import type { SessionKey } from './entities';
import { splitImageName } from './entities';
import { tensorFolderOf } from './preprocessing';

export type ExtractionMode = 'image' | 'slice' | 'patch' | 'roi';

export const subjectsPath = 'subjects';
export const extractionsPath = 'tensor_extraction';

export function sessionPath({ participant_id, session_id }: SessionKey): string {
  return `${subjectsPath}/${participant_id}/${session_id}`;
}

/** Folder that holds everything `prepare-data` writes for a session. */
export const preparedFolder = 'deeplearning_prepare_data';

/** Folder of the tensors of one session, mode and preprocessing. */
export function tensorsPath(session: SessionKey, mode: ExtractionMode, preprocessing: string): string {
  return `${sessionPath(session)}/${preparedFolder}/${mode}_based/${tensorFolderOf(preprocessing)}`;
}

/** The name with `.json`, which is added when it is missing. */
export function extractionFileName(name: string): string {
  return name.endsWith('.json') ? name : `${name}.json`;
}

export function extractionPath(name: string): string {
  return `${extractionsPath}/${extractionFileName(name)}`;
}

export function masksPath(template: string): string {
  return `masks/tpl-${template}`;
}

export function imageTensorName(imageName: string): string {
  return imageName.replace(/\.nii(?:\.gz)?$/i, '.pt');
}

const axisNames = ['sag', 'cor', 'axi'] as const;

export interface SliceName {
  /** 0 sagittal, 1 coronal, 2 axial. */
  readonly direction: number;
  readonly channels: 'single' | 'rgb';
  /** Number in the whole image. */
  readonly slice: number;
}

export function sliceTensorName(imageName: string, { direction, channels, slice }: SliceName): string {
  const { stem, suffix } = splitImageName(imageName);
  return `${stem}_axis-${axisNames[direction]}_channel-${channels}_slice-${slice}_${suffix}.pt`;
}

export interface PatchName {
  readonly patchSize: number;
  readonly strideSize: number;
  readonly patch: number;
}

export function patchTensorName(imageName: string, { patchSize, strideSize, patch }: PatchName): string {
  const { stem, suffix } = splitImageName(imageName);
  return `${stem}_patchsize-${patchSize}_stride-${strideSize}_patch-${patch}_${suffix}.pt`;
}

/**
 * Name of the tensor of a region, from the names of image and mask; as `compute_output_pattern` in ClinicaDL 1.6.1.
 * @param uncropped whether the tensor keeps the size of the image
 */
export function roiTensorName(imageName: string, maskName: string, uncropped: boolean): string {
  const { suffix } = splitImageName(imageName);
  const parts = imageName.split('_');
  const prefix = parts.slice(0, parts[2] === 'T1w' ? 3 : 2).join('_');
  const maskParts = maskName.split('_');
  const template = maskParts[0].split('-')[1];
  const region = maskParts[maskParts.length - 2].split('-')[1];
  let descriptors = maskParts.slice(1, -2);
  const maskCropped = descriptors.includes('desc-Crop');
  descriptors = descriptors.filter((part) => part !== 'desc-Crop');
  if (!uncropped) descriptors.unshift('desc-CropRoi');
  else if (maskCropped) descriptors.unshift('desc-CropImage');
  return [prefix, `space-${template}`, ...descriptors, `roi-${region}`, `${suffix}.pt`].join('_');
}
