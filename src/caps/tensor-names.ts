/** @file The names of tensor files, both directions. */
import { splitImageName } from './entities';
import type { ExtractionJson } from './extraction-json';

/** `….nii.gz` → `….pt`; an uncompressed image loses its `.nii` as well (the original kept it). */
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

/** `<A>_<suffix>.nii.gz` → `<A>_axis-…_channel-…_slice-<number>_<suffix>.pt`. */
export function sliceTensorName(imageName: string, { direction, channels, slice }: SliceName): string {
  const { stem, suffix } = splitImageName(imageName);
  return `${stem}_axis-${axisNames[direction]}_channel-${channels}_slice-${slice}_${suffix}.pt`;
}

export interface PatchName {
  readonly patchSize: number;
  readonly strideSize: number;
  readonly patch: number;
}

/** `<A>_<suffix>.nii.gz` → `<A>_patchsize-…_stride-…_patch-<number>_<suffix>.pt`. */
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

/** What a tensor file's name says: the image it was made from (without ending), and its number. */
export interface TensorName {
  readonly image: string;
  /** 0 for whole images; of slices, the number in the whole image; of regions, the place in `roi_list`. */
  readonly element: number;
}

/**
 * Recognises the files of an extraction: of its elements when they were saved, else of whole images. Undefined for other files.
 * A region's file keeps of the image's name what `roiTensorName` keeps, so its `image` is only the participant and session.
 */
export function tensorNameReader(json: ExtractionJson): (name: string) => TensorName | undefined {
  const numbered = (middle: string) => {
    const expression = new RegExp(`^(.+)_${middle}-(\\d+)_([^_]+)\\.pt$`);
    return (name: string): TensorName | undefined => {
      const parts = expression.exec(name);
      return parts === null ? undefined : { image: `${parts[1]}_${parts[3]}`, element: Number(parts[2]) };
    };
  };
  if (!json.prepare_dl || json.mode === 'image')
    return (name) => (name.endsWith('.pt') ? { image: name.slice(0, -3), element: 0 } : undefined);
  if (json.mode === 'patch') return numbered(`patchsize-${json.patch_size}_stride-${json.stride_size}_patch`);
  if (json.mode === 'slice') return numbered(`axis-${axisNames[json.slice_direction]}_channel-${json.slice_mode}_slice`);
  return (name) => {
    const parts = name.split('_');
    const element = json.roi_list.findIndex((roi) => parts.includes(`roi-${roi.split('-')[0]}`));
    const fits = name.endsWith('.pt') && element >= 0 && parts.includes('desc-CropRoi') !== json.uncropped_roi;
    return fits ? { image: parts.slice(0, 2).join('_'), element } : undefined;
  };
}
