/** @file Inputs and what a network made of them, as `--save_tensor` keeps them in a MAPS: middle planes, for the page. Reads only. */

import type { Folder } from '../folders/folder';
import { readTensorFile } from '../formats/torch';
import { resultsFolder } from '../maps/layout';
import { splitPrefix } from '../maps/maps';
import type { ResultRequest } from './result-view';

export interface ReconstructionRequest extends Omit<ResultRequest, 'level'> {
  /** One of the names; the first when it is not given or not there. */
  readonly name?: string;
}

/** A plane as it is drawn: row 0 is on top. */
export interface GreyPlane {
  readonly width: number;
  readonly height: number;
  /** Row by row, 0…255. */
  readonly grey: Uint8Array<ArrayBuffer>;
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

function rangeOf(values: Float32Array): readonly [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

interface Plane {
  /** Of its first voxel, and from voxel to voxel along both of its axes. */
  readonly start: number;
  readonly across: { readonly size: number; readonly stride: number };
  readonly upwards: { readonly size: number; readonly stride: number };
}

/** A slice itself, or the middle planes of a volume; the first axis of a plane goes to the right, the second upwards. */
function planesOf([, ...space]: readonly number[]): (Plane & { readonly title: string })[] {
  const axes = space.map((size, axis) => ({ size, stride: space.slice(axis + 1).reduce((a, b) => a * b, 1) }));
  if (axes.length === 2) return [{ title: '', start: 0, across: axes[0], upwards: axes[1] }];
  return axes.map(({ size, stride }, cut) => {
    const [across, upwards] = axes.filter((_, axis) => axis !== cut);
    return { title: `across axis ${cut + 1}`, start: Math.floor(size / 2) * stride, across, upwards };
  });
}

function greyPlane(values: Float32Array, { start, across, upwards }: Plane, black: number, white: number): GreyPlane {
  const [width, height] = [across.size, upwards.size];
  const grey = new Uint8Array(width * height);
  const scale = white > black ? 255 / (white - black) : 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = values[start + x * across.stride + (height - 1 - y) * upwards.stride];
      grey[y * width + x] = Math.round(Math.min(255, Math.max(0, (value - black) * scale)));
    }
  return { width, height, grey };
}
