/** @file `prepare-data-from-bids image`, `slice`, `patch` and `roi`: raw images of a BIDS folder → tensors in a CAPS. */
import { bidsAsCaps, bidsPath, checkBids } from '../caps/bids';
import { checkCaps } from '../caps/caps-index';
import { checkFromBids, type FromBidsOptions } from '../options/prepare-data-from-bids';
import type { Job, JobContext } from './job-context';
import { nameOfJson } from './prepare-data';
import { type PrepareDataResult, prepareFolder } from './prepare-folder';

export const fromBidsJob =
  <M extends FromBidsOptions['mode']>(mode: M): Job<(FromBidsOptions & { readonly mode: M })['options'], PrepareDataResult> =>
  (options, context) =>
    prepareFromBids({ mode, options } as FromBidsOptions, context);

/** Throws the codes of `checkFromBids`, `checkBids`, `checkCaps` where there is one, and `prepareFolder`. */
async function prepareFromBids(request: FromBidsOptions, context: JobContext): Promise<PrepareDataResult> {
  checkFromBids(request);
  const { bids_directory, caps_directory, extract_json } = request.options;
  const images = context.workspace.sub(bids_directory);
  await checkBids(images);
  const caps = context.workspace.sub(caps_directory);
  if ((await caps.kindOf('')) === 'folder') await checkCaps(caps);
  const name = nameOfJson(extract_json, context);
  const folders = { caps, shown: bids_directory, sessions: bidsAsCaps(images), images };
  return prepareFolder({ request, name, ...folders, imagePath: bidsPath }, context);
}
