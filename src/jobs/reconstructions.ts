/** @file Inputs and what a network made of them, as `--save_tensor` keeps them in a MAPS: middle planes, for the page. Reads only. */

import type { Folder } from '../folders/folder';
import { readTensorFile } from '../formats/torch';
import { resultsFolder } from '../maps/layout';
import { splitPrefix } from '../maps/maps';
import { type GreyPlane, greyPlane, planesOf, rangeOf } from './planes';
import type { ResultRequest } from './result-view';

export interface ReconstructionRequest extends Omit<ResultRequest, 'level'> {
  /** One of the names; the first when it is not given or not there. */
  readonly name?: string;
}

export interface PlanePair {
  /** `across axis 1`: where the volume is cut in its middle; '' for slices. */
  readonly title: string;
  readonly input: GreyPlane;
  readonly output: GreyPlane;
}

export interface Reconstructions {
  /** Names of what is kept, without `_input` and `_output`. */
  readonly names: readonly string[];
  readonly shown: {
    readonly name: string;
    /** [c, d, h, w] or [c, h, w]; the first channel is drawn. */
    readonly shape: readonly number[];
    readonly planes: readonly PlanePair[];
    /** Values drawn as black and white: those of the input, for both sides. */
    readonly black: number;
    readonly white: number;
    /** Of the reconstruction. */
    readonly least: number;
    readonly most: number;
  } | null;
}

const folderName = 'tensors';
const [inputEnd, outputEnd] = ['_input.pt', '_output.pt'];

/** Throws what reading a tensor throws. */
export async function reconstructionsOf(workspace: Folder, request: ReconstructionRequest): Promise<Reconstructions> {
  const { path, split, metric, group } = request;
  const maps = workspace.sub(path);
  const folder = `${resultsFolder(split, metric, group, await splitPrefix(maps))}/${folderName}`;
  if ((await maps.kindOf(folder)) !== 'folder') return { names: [], shown: null };
  const files = new Set((await maps.list(folder)).map(({ name }) => name));
  const names = [...files]
    .filter((file) => file.endsWith(inputEnd))
    .map((file) => file.slice(0, -inputEnd.length))
    .filter((name) => files.has(name + outputEnd));
  const name = names.find((one) => one === request.name) ?? names[0];
  if (name === undefined) return { names, shown: null };
  const read = async (end: string) => readTensorFile(await maps.read(`${folder}/${name}${end}`), `${folder}/${name}${end}`);
  const [input, output] = [await read(inputEnd), await read(outputEnd)];
  const [ins, outs] = [input.toFloat32(), output.toFloat32()];
  const [black, white] = rangeOf(ins);
  const [least, most] = rangeOf(outs);
  const made = planesOf(output.shape);
  const planes = planesOf(input.shape).map(({ title, ...plane }, i) => ({
    title,
    input: greyPlane(ins, plane, black, white),
    output: greyPlane(outs, made[i] ?? plane, black, white),
  }));
  return { names, shown: { name, shape: input.shape, planes, black, white, least, most } };
}
