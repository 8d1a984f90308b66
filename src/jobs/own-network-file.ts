/** @file The file of a network of one's own: read from the opened folder when it is trained, and kept inside the MAPS. */
import type { Folder } from '../folders/folder';
import { readJson } from '../formats/json';
import type { Network } from '../networks/graph';
import { type OwnNetworkOptions, ownNetwork } from '../networks/own-network';

/** In a MAPS, and the `architecture` of its maps.json: Python's ClinicaDL has no class of this name. */
export const keptNetwork = 'network.json';

export const isOwnNetwork = (architecture: string): boolean => architecture.endsWith('.json');

export interface OwnNetwork {
  readonly network: Network;
  readonly file: Uint8Array<ArrayBuffer>;
}

/** Throws `file-missing`, `json-damaged` and the codes of `ownNetwork`. */
export async function readOwnNetwork(folder: Folder, path: string, options: OwnNetworkOptions): Promise<OwnNetwork> {
  const file = await folder.read(path);
  const network = ownNetwork(readJson(file, { where: path }), options, path);
  return { network: { ...network, architecture: keptNetwork }, file };
}
