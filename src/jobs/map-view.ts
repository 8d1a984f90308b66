/** @file A mean map of an interpretation over the mean of its elements: middle planes, for the page. Reads only. */
import type { Folder } from '../folders/folder';
import { readJson } from '../formats/json';
import { readTensorFile } from '../formats/torch';
import { interpretationDescription } from '../maps/layout';
import { overChannels } from './interpretation-files';
import { type GreyPlane, greyPlane, planesOf, rangeOf } from './planes';

export interface MapViewRequest {
  /** Of the interpretation, in the workspace. */
  readonly folder: string;
  /** One of the names; the first when it is not given or not there. */
  readonly name?: string;
}

export interface MapPlane {
  /** `across axis 1`: where the volume is cut in its middle; '' for slices. */
  readonly title: string;
  readonly image: GreyPlane;
  /** 128: 0; 1 and 255: minus and plus the largest size of the map. */
  readonly map: GreyPlane;
}

export interface MapView {
  /** What the map is, as `description.json` says it. */
  readonly title: string;
  /** `mean_image-0`, …: what there are maps of. */
  readonly names: readonly string[];
  readonly shown: {
    readonly name: string;
    readonly planes: readonly MapPlane[];
    /** Largest size of a value, which colours are relative to. */
    readonly largest: number;
  } | null;
}

const [mapEnd, inputEnd] = ['_map.pt', '_input.pt'];
const numberIn = (name: string): number => Number(/-(\d+)$/.exec(name)?.[1] ?? 0);

/** Throws what reading a tensor throws. */
export async function mapView(workspace: Folder, request: MapViewRequest): Promise<MapView> {
  const { folder } = request;
  const files = (await workspace.list(folder)).map(({ name }) => name);
  const names = files
    .filter((file) => file.startsWith('mean_') && file.endsWith(mapEnd))
    .map((file) => file.slice(0, -mapEnd.length))
    .filter((name) => files.includes(name + inputEnd))
    .sort((a, b) => numberIn(a) - numberIn(b));
  const about = `${folder}/${interpretationDescription}`;
  const said = files.includes(interpretationDescription)
    ? (readJson(await workspace.read(about), { where: about }) as { readonly map?: unknown })
    : {};
  const title = typeof said.map === 'string' ? said.map : '';
  const name = names.find((one) => one === request.name) ?? names[0];
  if (name === undefined) return { title, names, shown: null };
  const read = async (end: string) => readTensorFile(await workspace.read(`${folder}/${name}${end}`), `${folder}/${name}${end}`);
  const [map, input] = [await read(mapEnd), await read(inputEnd)];
  const { data: values } = overChannels({ shape: map.shape, data: map.toFloat32() });
  const voxels = input.toFloat32();
  const [least, most] = rangeOf(values);
  const [black, white] = rangeOf(voxels);
  const largest = Math.max(-least, most);
  const planes = planesOf(input.shape).map(({ title: cut, ...plane }) => ({
    title: cut,
    image: greyPlane(voxels, plane, black, white),
    // 256 steps from −largest on: 0 falls on 127.5, and is drawn as nothing.
    map: greyPlane(values, plane, -largest, largest),
  }));
  return { title, names, shown: { name, planes, largest } };
}
