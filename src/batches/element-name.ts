/** @file The file of an element: names know no voxels and volumes no names, so they meet here. */
import { imageTensorName, patchTensorName, roiTensorName, sliceTensorName } from '../caps/tensor-names';
import { type Extraction, elementId } from '../images/extract';

/** Name of the tensor file of element i of an image. */
export function elementFileName(imageName: string, extraction: Extraction, i: number): string {
  switch (extraction.mode) {
    case 'image':
      return imageTensorName(imageName);
    case 'slice':
      return sliceTensorName(imageName, { ...extraction, slice: elementId(extraction, i) });
    case 'patch':
      return patchTensorName(imageName, { ...extraction, patch: i });
    case 'roi':
      return roiTensorName(imageName, extraction.masks[i].fileName, extraction.uncropped);
  }
}
