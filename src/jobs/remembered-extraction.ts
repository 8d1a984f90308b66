/** @file The extraction that a MAPS remembers in its maps.json: damage there is mended in that file, not by preparing images again. */

import { AppError, appError } from '../base/errors';
import { type ExtractionJson, extractionOf } from '../caps/extraction-json';
import type { JsonObject } from '../formats/json';

/** `path`: of the file. Throws `maps-extraction`. */
export function rememberedExtraction({ preprocessing_dict }: Readonly<Record<string, unknown>>, path: string): ExtractionJson {
  try {
    return extractionOf(preprocessing_dict as JsonObject, path);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'extraction-key') throw error;
    throw appError('maps-extraction', { problem: error.message }, { where: path, cause: error });
  }
}
