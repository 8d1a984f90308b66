/** @file `--pretrained`: a file of weights that a network begins with, and what a MAPS remembers of it. */
import { appError } from '../base/errors';
import { makeIssue } from '../base/issues';
import { sha256 } from '../base/sha256';
import type { Folder } from '../folders/folder';
import type { PretrainedNote } from '../maps/description';
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

/**
 * The weights that a network begins with; null: those drawn, which is told of a network that ClinicaDL begins with others. Tells the hash
 * of a file. `noted`: the file that other splits of the MAPS began with. Throws `pretrained-unused` for a network without such a file,
 * `pretrained-gone` where it is not the one noted, `pretrained-mismatch`, and what reading throws.
 */
export async function openPretrained(
  workspace: Folder,
  path: string | null,
  network: Network,
  { log, issue }: Pick<JobContext, 'log' | 'issue'>,
  noted: PretrainedNote | null = null,
): Promise<Pretrained | null> {
  const { architecture } = network;
  const files = isNetworkName(architecture) ? networkRow(architecture).pretrained : undefined;
  if (path === null) {
    if (files !== undefined) issue(makeIssue('pretrained-none', { architecture, files: files.join(' or ') }, '--pretrained'));
    return null;
  }
  if (!isNetworkName(architecture) || files === undefined)
    throw appError('pretrained-unused', { path, architecture }, { where: '--pretrained' });
  const gone = (found: string, note: PretrainedNote): Error =>
    appError('pretrained-gone', { path, found, sha256: note.sha256 }, { where: path });
  if (noted !== null && (await workspace.kindOf(path)) !== 'file') throw gone('no such file', noted);
  const bytes = await workspace.read(path);
  const hash = await sha256(bytes);
  if (noted !== null && hash !== noted.sha256) throw gone(`another file, with the SHA-256 ${hash}`, noted);
  const begin = beginningWith(network, bytes, path);
  const known = publicFile(architecture, hash) ?? 'not a file that PyTorch publishes';
  log(`${architecture} begins with the weights of "${path}" (${known}; SHA-256 ${hash}).`);
  return { path, sha256: hash, begin };
}

/** Reads a file of weights, and refuses now one that does not fit: throws `pretrained-mismatch`, and what reading throws. */
function beginningWith(network: Network, bytes: Uint8Array<ArrayBuffer>, path: string): Pretrained['begin'] {
  const found = readCheckpoint(bytes, path).model;
  const begin = (drawn: StateDict): StateDict => withPretrained(network, drawn, found, path);
  begin(new Map());
  return begin;
}

export interface WeightsNote {
  readonly sha256: string;
  /** The name under which PyTorch publishes this file; null for any other file that fits. */
  readonly publicFile: string | null;
}

/** What there is to say about a file of weights for resnet18, whatever its study. Throws as `openPretrained`. */
export async function weightsNote(bytes: Uint8Array<ArrayBuffer>, path: string): Promise<WeightsNote> {
  const network = constructNetwork('resnet18', { inputSize: [3, 64, 64], outputSize: 2, dropout: 0 });
  beginningWith(network, bytes, path);
  const hash = await sha256(bytes);
  return { sha256: hash, publicFile: publicFile('resnet18', hash) ?? null };
}
