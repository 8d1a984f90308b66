/** @file The weights in a file of a MAPS, by the names of its network; what is unusual about the file is told. */
import { appError } from '../base/errors';
import { makeIssue } from '../base/issues';
import type { Folder } from '../folders/folder';
import { type Checkpoint, readCheckpoint } from '../maps/weights';
import { fittingState } from '../networks/check-state';
import type { Network } from '../networks/graph';
import type { JobContext } from './job-context';

/** The file with the weights of a trained network. Throws `weights-missing`. */
export async function weightBytes(maps: Folder, path: string): Promise<Uint8Array> {
  if ((await maps.kindOf(path)) === 'file') return maps.read(path);
  const [, split = '0'] = /^(?:split|fold)-(\d+)\//.exec(path) ?? [];
  throw appError('weights-missing', { maps: maps.name, file: path, split }, { where: `${maps.name}/${path}` });
}

/** The weights in a file of any network. Throws what `weightBytes` and `readCheckpoint` throw; tells `weights-taken`. */
export async function readCheckpointFile(maps: Folder, path: string, context: Pick<JobContext, 'issue'>): Promise<Checkpoint> {
  const checkpoint = readCheckpoint(await weightBytes(maps, path), path);
  if (checkpoint.how !== null) context.issue(makeIssue('weights-taken', { file: path, how: checkpoint.how }, path));
  return checkpoint;
}

/** Throws what `weightBytes`, `readCheckpoint` and `fittingState` throw; tells `weights-taken`. */
export async function readWeights(
  maps: Folder,
  path: string,
  network: Network,
  context: Pick<JobContext, 'issue'>,
): Promise<Checkpoint> {
  const checkpoint = readCheckpoint(await weightBytes(maps, path), path);
  const { state, prefix } = fittingState(network, checkpoint.model, path);
  const wrapped =
    prefix === '' ? null : `the names of its weights begin with "${prefix}", as a wrapper such as DataParallel writes them`;
  const how = [checkpoint.how, wrapped].filter((text) => text !== null).join(', and ');
  if (how !== '') context.issue(makeIssue('weights-taken', { file: path, how }, path));
  return { ...checkpoint, model: state };
}
