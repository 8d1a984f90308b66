/** @file The files that ClinicaDL downloads for its quality checks: here the person names them, and is told whether they are the same. */
import { AppError, appError } from '../../base/errors';
import { makeIssue } from '../../base/issues';
import { sha256 } from '../../base/sha256';
import { gunzip, isGzip } from '../../formats/gzip';
import { readNiftiHeader } from '../../formats/nifti';
import { readCheckpoint } from '../../maps/weights';
import { qualityNetwork, qualityNetworkNames, qualityState } from '../../networks/quality-networks';
import { contourFile, eyesFile, weightFiles } from '../../options/quality-check';
import type { JobContext } from '../job-context';

export interface KnownFile {
  readonly name: string;
  readonly sha256: string;
}

/** Where ClinicaDL keeps a file, and where on its web server it lies. */
const places = {
  '--weights': { cache: 'models', folder: 'models/dl/qc' },
  '--eyes_segmentation': { cache: 'segmentation', folder: 'template' },
  '--pet_contour': { cache: 'mask', folder: 'masks' },
} as const;

const server = 'https://aramislab.paris.inria.fr/files/data';

/** What a file is, in a word. */
export const sameOrOther = (isSame: boolean): string =>
  isSame ? 'the same file as ClinicaDL’s' : 'another file than ClinicaDL’s';

/** The bytes of the file that an option names; its hash is told. Throws `quality-file-needed`, and what reading throws. */
export async function readKnownFile(
  option: keyof typeof places,
  path: string | null,
  known: KnownFile,
  { workspace, log, issue }: Pick<JobContext, 'workspace' | 'log' | 'issue'>,
): Promise<{ readonly path: string; readonly bytes: Uint8Array<ArrayBuffer>; readonly isSame: boolean }> {
  const { cache, folder } = places[option];
  if (path === null) {
    const values = { option, name: known.name, cache, address: `${server}/${folder}/${known.name}` };
    throw appError('quality-file-needed', values, { where: `Options.${option.slice(2)}` });
  }
  const bytes = await workspace.read(path);
  const found = await sha256(bytes);
  const isSame = found === known.sha256;
  log(`"${path}" is ${sameOrOther(isSame)} ${known.name} (SHA-256 ${found}).`);
  if (!isSame) issue(makeIssue('quality-file-other', { path, name: known.name, found, expected: known.sha256 }, path));
  return { path, bytes, isSame };
}

const optionKeys = ['weights', 'eyes_segmentation', 'pet_contour'] as const;
type KnownOption = (typeof optionKeys)[number];

export const isKnownOption = (option: string): option is KnownOption => optionKeys.some((key) => key === option);

export interface KnownNote {
  /** ClinicaDL's name of the file; null for another one. */
  readonly name: string | null;
  readonly sha256: string;
  /** What it is: networks that its weights fit, or the voxels of an image. */
  readonly what: string;
}

/** What there is to say about such a file before the command runs. Throws `quality-weights` where no network fits, and what reading throws. */
export async function knownNote(option: KnownOption, bytes: Uint8Array<ArrayBuffer>, path: string): Promise<KnownNote> {
  const hash = await sha256(bytes);
  const ours = option === 'weights' ? Object.values(weightFiles) : [option === 'pet_contour' ? contourFile : eyesFile];
  const name = ours.find((file) => file.sha256 === hash)?.name ?? null;
  return { name, sha256: hash, what: option === 'weights' ? fittingNetworks(bytes, path) : await dimensions(bytes, path) };
}

function fittingNetworks(bytes: Uint8Array<ArrayBuffer>, path: string): string {
  const { model } = readCheckpoint(bytes, path);
  let refusal: unknown;
  const fitting = qualityNetworkNames.filter((name) => {
    try {
      qualityState(qualityNetwork(name), name, model, path);
      return true;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refusal ??= error;
      return false;
    }
  });
  if (fitting.length === 0) throw refusal;
  return `weights of ${fitting.join(' or ')}`;
}

/** Of an image that is small enough to be a mask. */
const mostBytes = 2 ** 28;

async function dimensions(bytes: Uint8Array<ArrayBuffer>, path: string): Promise<string> {
  const image = isGzip(bytes) ? await gunzip(bytes, { maxBytes: mostBytes, where: path }) : bytes;
  return `${readNiftiHeader(image, { where: path }).shape.join(' × ')} voxels`;
}
