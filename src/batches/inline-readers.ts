/** @file Readers that work in the thread that calls them: in tests, and inside each reader worker. */
import { appError } from '../base/errors';
import { letMessagesIn } from '../base/event-loop';
import type { Folder } from '../folders/folder';
import { removeLeftovers } from '../folders/leftovers';
import { openSource } from '../folders/source';
import { type Element, elementCount, extractElement, rowMajorCopy } from '../images/extract';
import { factsOf, judgeValues, mayHoldInfinite, outliersOf } from '../images/judge-values';
import { transformElement } from '../images/transforms';
import { tripleOf } from '../images/volume';
import { elementFileName } from './element-name';
import { examineImage, mendImage } from './examine-image';
import { countLostVoxels, generateImage } from './generate-image';
import { imageReader } from './image-reader';
import { lookAtQuality } from './quality';
import { readImage, readImageHeader } from './read-image';
import { elementFile, readElement, readElementShape, readWholeImage } from './read-tensor';
import type {
  ExtractSessionRequest,
  ExtractSessionResult,
  FolderAddress,
  ImageGeometry,
  InspectImageRequest,
  Readers,
  ReadSample,
  ReadSampleRequest,
} from './readers';
import { simulateSession } from './simulate-session';

/**
 * Readers without threads of their own. `size` says how many requests a caller may have under way: while one waits for the disk
 * or for the decompression, another is computed.
 */
export function inlineReaders(size = 2): Readers {
  const images = imageReader();
  return {
    size,
    extractSession,
    simulateSession: (request, signal) => simulateSession(openAddress(request.caps), request, signal),
    generateImage: (request, signal) => generateImage(openAddress(request.caps), request, signal),
    countLost: (request, signal) => countLostVoxels(openAddress(request.caps), request, signal),
    examineImage: async (request, signal) => {
      signal.throwIfAborted();
      return examineImage(openAddress(request.caps), request);
    },
    mendImage: async (request, signal) => {
      signal.throwIfAborted();
      await mendImage(openAddress(request.images), openAddress(request.caps), request);
    },
    lookAtQuality: (request, signal) => lookAtQuality(openAddress(request.caps), request, signal),
    inspectImage,
    async readSample(request, signal) {
      signal.throwIfAborted();
      const folder = openAddress(request.caps);
      const { extraction, path } = request;
      const element =
        extraction === null
          ? await readElement(folder, path)
          : extraction.mode === 'image'
            ? extractElement((await readWholeImage(folder, path)).volume, extraction, 0, path)
            : extractElement(await images.volumeFor(folder, request, extraction), extraction, request.element, path);
      signal.throwIfAborted();
      return toSample(request, element.shape, rowMajorCopy(element));
    },
    dispose: () => images.dispose(),
  };
}

function openAddress(address: FolderAddress): Folder {
  return 'kind' in address ? openSource(address) : address;
}

/** Checks and transforms the values of an element, which are changed. Throws `samples-differ` and as `transformElement`. */
function toSample(request: ReadSampleRequest, shape: readonly number[], data: Float32Array<ArrayBuffer>): ReadSample {
  const { path, participant_id, session_id, elementId, label } = request;
  if (shape.join() !== request.shape.join())
    throw appError('samples-differ', { shape: shape.join(' × '), expected: request.shape.join(' × ') }, { where: path });
  const whole = request.extraction?.mode === 'image';
  const element = transformElement(data, shape, request.transforms, path, whole);
  const notes = { nanCount: element.nanCount, constant: element.constant, outliers: element.outliers };
  return { shape: element.shape, data: element.data, participant_id, session_id, elementId, label, notes };
}

async function inspectImage({ caps, path }: InspectImageRequest, signal: AbortSignal): Promise<ImageGeometry> {
  signal.throwIfAborted();
  const folder = openAddress(caps);
  if (path.endsWith('.pt')) return { shape: await readElementShape(folder, path), voxelSizesMm: null, affine: null };
  const { shape, voxelSize, affine } = await readImageHeader(folder, path);
  return { shape: tripleOf(shape, path), voxelSizesMm: voxelSize.slice(0, 3), affine };
}

/** Judges all values as a training will do, before the first file is written. Throws as `judgeValues`. */
async function extractSession(request: ExtractSessionRequest, signal: AbortSignal): Promise<ExtractSessionResult> {
  signal.throwIfAborted();
  const { imagePath, outputPath, extraction, whole } = request;
  const folder = openAddress(request.caps);
  const volume = await readImage(request.images === undefined ? folder : openAddress(request.images), imagePath);
  await letMessagesIn(); // only then is a stop heard
  signal.throwIfAborted();
  const count = elementCount(extraction, volume.shape, imagePath);
  const isImage = extraction.mode === 'image';
  const judge = (data: Float32Array<ArrayBuffer>): boolean => judgeValues(factsOf(data), { normalize: true, whole }, imagePath);
  const elementOf = (i: number): Element => extractElement(volume, extraction, i, imagePath);
  const facts = factsOf(volume.data);
  const constant = isImage ? judge(volume.data) : facts.min === facts.max;
  const outliers = outliersOf(volume.data, facts);
  if (!isImage && mayHoldInfinite(facts)) for (let i = 0; i < count; i++) judge(elementOf(i).data);
  const imageName = imagePath.slice(imagePath.lastIndexOf('/') + 1);
  await removeLeftovers(folder, outputPath);
  const written: string[] = [];
  let constantElements = 0;
  for (let i = 0; i < count; i++) {
    const element = elementOf(i);
    if (!isImage && judge(element.data)) constantElements++;
    const path = `${outputPath}/${elementFileName(imageName, extraction, i)}`;
    await letMessagesIn();
    signal.throwIfAborted();
    await folder.write(path, elementFile(element, path));
    written.push(path);
  }
  return { written, shape: volume.shape, notes: { nanCount: facts.nanCount, constant, outliers }, constantElements };
}
