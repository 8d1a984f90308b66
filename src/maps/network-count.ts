/** @file How many networks each split of a MAPS has: maps.json says it, and of older versions the files of the weights. */
import type { Folder } from '../folders/folder';
import { bestFolder } from './layout';
import { listMetrics, listSplits, splitPrefix } from './maps';

/**
 * `parameters`: maps.json with the keys of today. Of networks of older versions one more than the greatest number of a file, so that one
 * that is missing between them is missed by name; 1 where there are none.
 */
export async function networkCount(maps: Folder, parameters: Readonly<Record<string, unknown>>): Promise<number> {
  const { multi_network, num_networks } = parameters;
  if (typeof num_networks === 'number') return num_networks;
  if (multi_network !== true) return 1;
  const prefix = await splitPrefix(maps);
  let count = 1;
  for (const split of await listSplits(maps)) {
    for (const metric of await listMetrics(maps, split, prefix)) {
      for (const { name } of await maps.list(bestFolder(split, metric, prefix))) {
        const found = /^network-(\d+)_model\.pth\.tar$/.exec(name);
        if (found !== null) count = Math.max(count, Number(found[1]) + 1);
      }
    }
  }
  return count;
}
