/** @file Cohort × elements per image → the n-th sample's address, checked before the first one is read. */
import { appError } from '../base/errors';
import { chooseImage, sessionFiles } from '../caps/caps-index';
import { elementCount, elementId, elementShape } from '../images/extract';
import type { RoiMask } from '../images/roi-mask';
import { transformedShape } from '../images/transforms';
import { extractionOfJson, readMasks } from './extraction-plan';
import { type DatasetRequest, imageShape, inspect, lookUpRows } from './look-up-rows';
import { masksElsewhere } from './mask-fit';
import type { ReadSampleRequest } from './readers';

export interface Dataset {
  /** Rows × elements per image. */
  readonly size: number;
  readonly elementsPerImage: number;
  /** Of every sample, after transforms: [c, d, h, w] or [c, h, w]. */
  readonly sampleShape: readonly number[];
  /** What to ask a reader for sample n: row n div elements, element n mod elements. */
  request(n: number): ReadSampleRequest;
}

export interface PartRow {
  /** Which of the data sets, and which of its rows. */
  readonly part: number;
  readonly row: number;
}

/** The rows of several data sets, in an order of their own. All must have as many elements per image, and samples of one shape. */
export function joinDatasets(parts: readonly Dataset[], rows: readonly PartRow[]): Dataset {
  const [{ elementsPerImage, sampleShape }] = parts;
  return {
    size: rows.length * elementsPerImage,
    elementsPerImage,
    sampleShape,
    request(n) {
      const { part, row } = rows[Math.floor(n / elementsPerImage)];
      return parts[part].request(row * elementsPerImage + (n % elementsPerImage));
    },
  };
}

/** One element of each image: what one of several networks sees. */
export function elementOf(dataset: Dataset, element: number): Dataset {
  const { size, elementsPerImage, sampleShape, request } = dataset;
  return {
    size: size / elementsPerImage,
    elementsPerImage: 1,
    sampleShape,
    request: (n) => ({ ...request(n * elementsPerImage + element), alone: true }),
  };
}

/**
 * Opens a data set: finds the tensor files of every row and compares their shapes, which are in the first bytes of a file. Elements
 * per image are counted on the first row: from its whole image or NIfTI file, or, where elements were saved and neither is there,
 * from the saved files (the original then failed). Every session that cannot be used is named before it throws.
 * Throws `rows-empty`, `inputs-differ`, `sessions-spelled`, `sessions-absent`, `tensors-missing`, `shapes-differ` and
 * `tensors-unusable` (with one issue per session), the error of a file that cannot be read when it is the only trouble, and what `readMasks` and `elementCount` throw.
 */
export async function openDataset(request: DatasetRequest): Promise<Dataset> {
  const { caps, masksIn = caps, rows, extraction: json, transforms } = request;
  if (rows.length === 0) throw appError('rows-empty', { folder: caps.name }, { where: caps.name });
  const saved = json.prepare_dl && json.mode !== 'image';
  const masks = json.mode === 'roi' && !saved ? await readMasks(masksIn, json) : [];
  const cut = extractionOfJson(json, masks);

  const { files, shapes, numbers } = await lookUpRows(request, cut);
  const shapeOf = async (path: string): Promise<readonly number[]> => inspect(request, path);
  if (saved && json.mode === 'roi') await checkRegions(json.roi_list, shapes[0], (roi) => shapeOf(files[0].get(roi)!));

  const image = saved ? null : imageShape(shapes[0], files[0].get(0)!);
  const elementsPerImage = image === null ? numbers.length : elementCount(cut, image, files[0].get(0)!);
  if (image !== null && cut.mode === 'roi') await tellMasksElsewhere(request, cut.masks);
  if (image !== null && cut.mode === 'roi')
    await checkRegions(
      cut.masks.map((mask) => mask.name),
      elementShape(cut, image, 0),
      async (i) => elementShape(cut, image, i),
    );
  const shape = image === null ? shapes[0] : elementShape(cut, image, 0);
  const sampleShape = transformedShape(shape, transforms);
  const { expectedShape = sampleShape } = request;
  if (sampleShape.join() !== expectedShape.join())
    throw appError(
      'inputs-differ',
      { folder: caps.name, shape: sampleShape.join(' × '), expected: expectedShape.join(' × ') },
      { where: caps.name },
    );
  const datasetKey = crypto.randomUUID();
  return {
    size: rows.length * elementsPerImage,
    elementsPerImage,
    sampleShape,
    request(n) {
      const row = Math.floor(n / elementsPerImage);
      const element = n % elementsPerImage;
      const { participant_id, session_id, label } = rows[row];
      return {
        caps,
        path: files[row].get(saved ? numbers[element] : 0)!,
        extraction: saved ? null : cut,
        element,
        shape,
        transforms,
        alone: false,
        datasetKey,
        participant_id,
        session_id,
        elementId: elementId(cut, element),
        label,
      };
    },
  };
}

/** Warns of masks that lie elsewhere in space than the first row's NIfTI file, where there is one: tensors do not know. */
async function tellMasksElsewhere(
  { caps, rows, extraction, readers, signal, memory, issue }: DatasetRequest,
  masks: readonly RoiMask[],
): Promise<void> {
  const fresh = masks.filter(({ path }) => memory?.masks.has(path) !== true);
  const { row } = chooseImage(rows[0], await sessionFiles(caps, rows[0]), extraction.file_type);
  if (row === undefined || fresh.length === 0) return;
  const geometry = await readers.inspectImage({ caps, path: row.path }, signal);
  for (const { path } of fresh) memory?.masks.add(path);
  for (const problem of masksElsewhere(fresh, [{ ...geometry, path: row.path }])) issue(problem);
}

/** One network sees all regions, so they must have one shape. Throws `regions-differ`. */
async function checkRegions(
  names: readonly string[],
  expected: readonly number[],
  shapeOf: (i: number) => Promise<readonly number[]>,
): Promise<void> {
  for (let i = 1; i < names.length; i++) {
    const shape = (await shapeOf(i)).join(' × ');
    if (shape !== expected.join(' × '))
      throw appError(
        'regions-differ',
        { first: names[0], expected: expected.join(' × '), other: names[i], shape },
        { where: 'roi_list' },
      );
  }
}
