/** @file Whole images from which elements are cut while training: each read as often, and as much of it, as needed. */
import type { Folder } from '../folders/folder';
import { type Extraction, elementRange } from '../images/extract';
import type { Volume } from '../images/volume';
import { type ImagePlace, readPart, readWholeImage } from './read-tensor';
import type { ReadSampleRequest } from './readers';

/** The last whole image, so that its other elements need no second reading. */
interface KeptImage {
  readonly key: string;
  readonly volume: Promise<Volume>;
}

export interface ImageReader {
  /** At least the voxels of the request's element. Throws as `readWholeImage`, and what `elementRange` throws. */
  volumeFor(folder: Folder, request: ReadSampleRequest, extraction: Extraction): Promise<Volume>;
  dispose(): void;
}

/**
 * One of several networks sees one element of each image: of a file that was read before, whole and against its checksum, it gets the
 * bytes that hold the element, a quarter or less for a patch. With whole images the memory of many networks is that of their garbage.
 */
export function imageReader(): ImageReader {
  let kept: KeptImage | null = null;
  const places = new Map<string, ImagePlace>();

  const whole = async (folder: Folder, path: string, key: string): Promise<Volume> => {
    const { volume, place } = await readWholeImage(folder, path);
    if (place !== null) places.set(key, place);
    return volume;
  };

  return {
    async volumeFor(folder, { path, datasetKey, alone, element }, extraction) {
      const key = `${datasetKey} ${path}`;
      if (kept?.key === key) return kept.volume;
      if (alone) {
        const place = places.get(key);
        const range = place && elementRange(extraction, place, element, path);
        const part = place && range && (await readPart(folder, path, place, range));
        return part ?? whole(folder, path, key);
      }
      const volume = whole(folder, path, key);
      const image = { key, volume };
      kept = image;
      volume.catch(() => {
        if (kept === image) kept = null; // the next request tries again
      });
      return volume;
    },
    dispose() {
      kept = null;
      places.clear();
    },
  };
}
