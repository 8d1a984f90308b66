/** @file Where the tensors of a plan lie in the arena, and how large they are. Knows no heap. */
import { type Network, rankOf } from '../../networks/graph';
import type { Shape } from '../../networks/operations';
import { place } from '../place';
import type { Plan, Step, Tensor } from '../plan';
import type { Sizes, WasmRow } from './row';
import { rowTable } from './rows/table';
import { type Halo, joinHalos, noHalo, sampleBytes } from './volume';

export const rowOf = (step: Step): WasmRow => rowTable[step.row as keyof typeof rowTable];
const hasRow = ({ phase }: Step): boolean => phase === 'forward' || phase === 'backward';

/** What the row of a step is about. */
export function sizesOf(network: Network, { fused }: Step, threads: number): Sizes {
  const inputs = fused.inputs.map((value) => network.graph.nodes[value].shape);
  return { rank: rankOf(network), nodes: fused.nodes, inputs, threads };
}

/** Zeros that somebody reads around each tensor. */
function halosOf(network: Network, { steps }: Plan, threads: number): Map<Tensor, Halo> {
  const halos = new Map<Tensor, Halo>();
  const join = (tensor: Tensor | null, halo: Halo | undefined): void => {
    if (tensor !== null && halo !== undefined) halos.set(tensor, joinHalos(halos.get(tensor) ?? noHalo, halo));
  };
  for (const step of steps.filter(hasRow)) {
    const sizes = sizesOf(network, step, threads);
    join(step.inputs[0], rowOf(step).reads?.(sizes));
    join(step.gradient, rowOf(step).readsGradient?.(sizes));
  }
  return halos;
}

/** Shapes of kept and scratch tensors of which there is one for all samples. */
function roomsOf(network: Network, { steps }: Plan, threads: number): Map<Tensor, Shape> {
  const rooms = new Map<Tensor, Shape>();
  for (const step of steps.filter(hasRow)) {
    for (const tensor of [...Object.values(step.kept), ...Object.values(step.scratch)]) {
      const room = rowOf(step).room?.(tensor.what, sizesOf(network, step, threads));
      if (room !== undefined) rooms.set(tensor, room);
    }
  }
  return rooms;
}

/** A tensor in the arena. */
export interface LaidTensor {
  readonly shape: Shape;
  readonly halo: Halo;
  /** Bytes from the begin of the arena. */
  readonly offset: number;
}

export interface Layout {
  readonly tensors: ReadonlyMap<Tensor, LaidTensor>;
  /** Of the arena. */
  readonly bytes: number;
}

/** For batches of up to so many samples, and a team of so many threads. */
export function layoutOf(network: Network, plan: Plan, batchSize: number, threads: number): Layout {
  const [halos, rooms] = [halosOf(network, plan, threads), roomsOf(network, plan, threads)];
  const shapeOf = (tensor: Tensor): Shape => rooms.get(tensor) ?? network.graph.nodes[tensor.like].shape;
  const haloOf = (tensor: Tensor): Halo => halos.get(tensor) ?? noHalo;
  const bytesOf = (tensor: Tensor): number => sampleBytes(shapeOf(tensor), haloOf(tensor)) * (rooms.has(tensor) ? 1 : batchSize);
  const { places, arenas } = place(plan, { partsOf: (tensor) => [bytesOf(tensor)], align: 16 });
  const laid = [...plan.lives.keys()].map((tensor): [Tensor, LaidTensor] => [
    tensor,
    { shape: shapeOf(tensor), halo: haloOf(tensor), offset: places.get(tensor)![0].offset },
  ]);
  return { tensors: new Map(laid), bytes: arenas[0] ?? 0 };
}
