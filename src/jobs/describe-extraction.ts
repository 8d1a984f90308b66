/** @file The JSON of an extraction, from the options of prepare-data. */
import type { ExtractionJson } from '../caps/extraction-json';
import { masksPath } from '../caps/layout';
import { croppingOf, fileTypeOf, maskFamilyOf } from '../caps/preprocessing';
import type {
  PrepareDataImageOptions,
  PrepareDataPatchOptions,
  PrepareDataRoiOptions,
  PrepareDataSliceOptions,
} from '../options/prepare-data';

type OfClinica = 'use_uncropped_image' | 'tracer' | 'suvr_reference_region' | 'dti_measure' | 'dti_space';
/** Options of `prepare-data` and `prepare-data-from-bids`, which lacks those for images of Clinica. */
type Described<O> = Omit<O, OfClinica> & Partial<Pick<PrepareDataImageOptions, OfClinica>>;
export type DescribedRequest =
  | { readonly mode: 'image'; readonly options: Described<PrepareDataImageOptions> }
  | { readonly mode: 'slice'; readonly options: Described<PrepareDataSliceOptions> }
  | { readonly mode: 'patch'; readonly options: Described<PrepareDataPatchOptions> }
  | { readonly mode: 'roi'; readonly options: Described<PrepareDataRoiOptions> };

/** The JSON's content. Regions that are saved also name the masks, as ClinicaDL does with one process. */
export function describeExtraction(request: DescribedRequest, extract_json: string): ExtractionJson {
  const { options } = request;
  const saved = 'save_features' in options && options.save_features;
  const { modality: preprocessing, dti_space, dti_measure } = options;
  const choice = { preprocessing, use_uncropped_image: croppingOf(preprocessing, options.use_uncropped_image === true) };
  const common = {
    ...choice,
    prepare_dl: saved,
    ...(preprocessing === 'custom' ? { custom_suffix: options.custom_suffix } : {}),
    ...(preprocessing === 'pet-linear'
      ? { tracer: options.tracer ?? '', suvr_reference_region: options.suvr_reference_region ?? '' }
      : {}),
    ...(preprocessing === 'dwi-dti' ? { dti_space, dti_measure } : {}),
    extract_json,
    file_type: fileTypeOf({ ...options, ...choice }),
  };
  switch (request.mode) {
    case 'image':
      return { ...common, mode: 'image' };
    case 'slice': {
      const { slice_direction, slice_mode, discarded_slices } = request.options;
      return { ...common, mode: 'slice', slice_direction, slice_mode, discarded_slices };
    }
    case 'patch': {
      const { patch_size, stride_size } = request.options;
      return { ...common, mode: 'patch', patch_size, stride_size };
    }
    case 'roi': {
      const { roi_list, roi_uncrop_output: uncropped_roi, roi_custom_template, roi_custom_mask_pattern } = request.options;
      const roi = { ...common, mode: 'roi' as const, roi_list, uncropped_roi, roi_custom_template, roi_custom_mask_pattern };
      // ClinicaDL notes its masks while it cuts: with more than one process, which is the default, in processes that are forgotten.
      if (!saved || options.n_proc > 1) return roi;
      const { template, pattern } = maskFamilyOf(roi);
      const masks_location = `${options.caps_directory}/${masksPath(template)}`;
      return { ...roi, roi_template: template, roi_mask_pattern: pattern, masks_location };
    }
  }
}
