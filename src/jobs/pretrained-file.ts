/** @file `--pretrained`: a file of weights that a network begins with, and what a MAPS remembers of it. */
import { appError } from '../base/errors';
import { makeIssue } from '../base/issues';
import type { Folder } from '../folders/folder';
import { type PretrainedNote, pretrainedIn } from '../maps/description';
import { environmentFile } from '../maps/layout';
import { readCheckpoint } from '../maps/weights';
import type { Network } from '../networks/graph';
import { publicFile, withPretrained } from '../networks/pretrained';
import { constructNetwork } from '../networks/registry';
import type { StateDict } from '../networks/state-dict';
import { isNetworkName, networkRow } from '../vocabulary/networks';
import type { JobContext } from './job-context';

export interface Pretrained extends PretrainedNote {
  /** The state that a network begins with, of the one drawn. */
  begin(drawn: StateDict): StateDict;
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The weights that a network begins with; null: those drawn, which is told of a network that ClinicaDL begins with others. Tells the hash
 * of a file. Throws `pretrained-unused` for a network without such a file, `pretrained-mismatch`, and what reading throws.
 */
export async function openPretrained(
  workspace: Folder,
  path: string | null,
  network: Network,
  { log, issue }: Pick<JobContext, 'log' | 'issue'>,
): Promise<Pretrained | null> {
  const { architecture } = network;
  const files = isNetworkName(architecture) ? networkRow(architecture).pretrained : undefined;
  if (path === null) {
    if (files !== undefined) issue(makeIssue('pretrained-none', { architecture, files: files.join(' or ') }, '--pretrained'));
    return null;
  }
  if (!isNetworkName(architecture) || files === undefined)
    throw appError('pretrained-unused', { path, architecture }, { where: '--pretrained' });
  const { sha256, begin } = await readPretrained(network, await workspace.read(path), path);
  const known = publicFile(architecture, sha256) ?? 'not a file that PyTorch publishes';
  log(`${architecture} begins with the weights of "${path}" (${known}; SHA-256 ${sha256}).`);
  return { path, sha256, begin };
}

/** Reads a file of weights, and refuses now one that does not fit: throws `pretrained-mismatch`, and what reading throws. */
async function readPretrained(
  network: Network,
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
): Promise<Pick<Pretrained, 'sha256' | 'begin'>> {
  const found = readCheckpoint(bytes, path).model;
  const begin = (drawn: StateDict): StateDict => withPretrained(network, drawn, found, path);
  begin(new Map());
  return { sha256: await sha256Of(bytes), begin };
}

export interface WeightsNote {
  readonly sha256: string;
  /** The name under which PyTorch publishes this file; null for any other file that fits. */
  readonly publicFile: string | null;
}

/** What there is to say about a file of weights for resnet18, whatever its study. Throws as `openPretrained`. */
export async function weightsNote(bytes: Uint8Array<ArrayBuffer>, path: string): Promise<WeightsNote> {
  const network = constructNetwork('resnet18', { inputSize: [3, 64, 64], outputSize: 2, dropout: 0 });
  const { sha256 } = await readPretrained(network, bytes, path);
  return { sha256, publicFile: publicFile('resnet18', sha256) ?? null };
}

/**
 * The file that the splits of a MAPS began with, opened again for those still to begin; `given`: by the person. Throws
 * `pretrained-gone` where another file lies in its place, or none.
 */
export async function pretrainedAgain(workspace: Folder, maps: Folder, given: string | null): Promise<string | null> {
  if ((await maps.kindOf(environmentFile)) !== 'file') return given;
  const note = pretrainedIn(new TextDecoder().decode(await maps.read(environmentFile)));
  if (note === null) return given;
  const path = given ?? note.path;
  const isThere = (await workspace.kindOf(path)) === 'file';
  const sha256 = isThere ? await sha256Of(await workspace.read(path)) : null;
  if (sha256 === note.sha256) return path;
  const found = sha256 === null ? 'no such file' : `another file, with the SHA-256 ${sha256}`;
  throw appError('pretrained-gone', { path, found, sha256: note.sha256 }, { where: path });
}
