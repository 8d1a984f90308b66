/** @file The `prepare-data` line that would make an extraction again: the way back from its JSON to the options. */
import type { ExtractionJson } from '../caps/extraction-json';
import { printCommandLine } from '../options/derive/argv';

export interface PreparePlace {
  readonly caps_directory: string;
  /** Table of the sessions to prepare; null: all. */
  readonly subjects_sessions_tsv: string | null;
  /** Name of the new JSON. */
  readonly extract_json: string;
}

export function prepareLine(extraction: ExtractionJson, place: PreparePlace): string {
  const { preprocessing, use_uncropped_image, prepare_dl, tracer, suvr_reference_region, custom_suffix } = extraction;
  return printCommandLine(`prepare-data ${extraction.mode}`, {
    ...place,
    modality: preprocessing,
    use_uncropped_image: use_uncropped_image === true,
    tracer: tracer ?? null,
    suvr_reference_region: suvr_reference_region ?? null,
    custom_suffix: custom_suffix ?? '',
    ...(extraction.mode === 'image' ? {} : { save_features: prepare_dl }),
    ...ownOptions(extraction),
  });
}

function ownOptions(extraction: ExtractionJson): Readonly<Record<string, unknown>> {
  switch (extraction.mode) {
    case 'image':
      return {};
    case 'patch':
      return { patch_size: extraction.patch_size, stride_size: extraction.stride_size };
    case 'slice': {
      const { slice_direction, slice_mode, discarded_slices } = extraction;
      return { slice_direction, slice_mode, discarded_slices };
    }
    case 'roi': {
      const { roi_list, uncropped_roi, roi_custom_template, roi_custom_mask_pattern } = extraction;
      return {
        roi_list,
        roi_uncrop_output: uncropped_roi,
        roi_custom_template: roi_custom_template ?? '',
        roi_custom_mask_pattern: roi_custom_mask_pattern ?? '',
      };
    }
  }
}
