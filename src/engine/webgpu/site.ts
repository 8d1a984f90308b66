/** @file What a row is given to write its commands: its nodes and tensors, and where they and the parameters lie. */
import type { GraphNode } from '../../networks/graph';
import type { Step, Tensor } from '../plan';
import type { Source, TensorSource } from './command';
import { type Group, type Layout, type Placed, parameterOf, samplesIn } from './layout';
import { type Volume, volumeOf } from './volume';

/** A value or gradient of the graph on the device. */
export interface Stored extends Volume {
  readonly tensor: Tensor;
  /** Groups of samples that lie together: all in one for vectors. */
  readonly parts: readonly Group[];
  /** True if stored as f16. */
  readonly half: boolean;
}

/** Bytes of the parts of tensors that are no values or gradients, as rows give them. */
export type Sizes = Map<Tensor, readonly number[]>;

/** What a sequence shares between its rows. */
export interface Scene {
  readonly layout: Layout;
  readonly groups: readonly Group[];
  readonly training: boolean;
  readonly nodes: readonly GraphNode[];
  /** The network's input. */
  readonly input: Tensor;
  readonly sizes: Sizes;
  /** Places of maxima that are written as codes. */
  readonly codes: Set<Tensor>;
}

export function storedOf({ layout, groups, nodes }: Scene, tensor: Tensor): Stored {
  const volume = volumeOf(nodes[tensor.like].shape);
  const vector = volume.rank === 0;
  return {
    ...volume,
    tensor,
    parts: vector ? [{ first: 0, size: layout.batchSize }] : groups,
    half: layout.half && !vector && tensor.like !== 0,
  };
}

/** Bytes of one element. */
export const widthOf = ({ half }: Stored): 2 | 4 => (half ? 2 : 4);

export class Site {
  readonly scene: Scene;
  readonly step: Step;
  readonly #name: string;

  constructor(scene: Scene, step: Step, number: number) {
    this.scene = scene;
    this.step = step;
    this.#name = `${step.row || step.phase}.${number}`;
  }

  get layout(): Layout {
    return this.scene.layout;
  }

  get training(): boolean {
    return this.scene.training;
  }

  /** True where a backward step follows, to which the forward step leaves what it kept. */
  get leadsBack(): boolean {
    return this.step.phase === 'backward' || 'y' in this.step.kept;
  }

  get groups(): readonly Group[] {
    return this.scene.groups;
  }

  get nodes(): readonly GraphNode[] {
    return this.step.fused.nodes;
  }

  stored(tensor: Tensor): Stored {
    return storedOf(this.scene, tensor);
  }

  input(i = 0): Stored {
    return this.stored(this.step.inputs[i]);
  }

  get output(): Stored {
    return this.stored(this.step.output);
  }

  /** Of the output. */
  get gradient(): Stored {
    if (this.step.gradient === null) throw new Error(`${this.#name} has no gradient`);
    return this.stored(this.step.gradient);
  }

  inputGradient(i = 0): Stored | null {
    const tensor = this.step.inputGradients[i];
    return tensor === null || tensor === undefined ? null : this.stored(tensor);
  }

  /** What forward leaves for backward, of so many bytes in each part. Where no backward step follows it lives in this step alone. */
  kept(what: string, bytes: readonly number[]): Tensor {
    const tensor = this.step.kept[what] ?? this.#own(what);
    this.scene.sizes.set(tensor, bytes);
    return tensor;
  }

  /** Room for this step alone, of so many bytes in each part. */
  local(what: string, ...bytes: readonly number[]): Tensor {
    const tensor = this.#own(what);
    this.scene.sizes.set(tensor, bytes);
    return tensor;
  }

  readonly #locals = new Map<string, Tensor>();

  #own(what: string): Tensor {
    const made = this.#locals.get(what) ?? {
      name: `${what}.${this.#name}`,
      role: 'scratch' as const,
      what,
      like: this.step.output.like,
    };
    this.#locals.set(what, made);
    return made;
  }

  /** A parameter of one of the nodes; undefined if its layer has none of this name. */
  parameter(node: GraphNode, name: string): Placed | undefined {
    return parameterOf(this.layout, node.layer, name);
  }
}

/** One of a tensor's parts. */
export const part = (tensor: Tensor, index: number): TensorSource => ({ tensor, part: index });
export const whole = (tensor: Tensor): TensorSource => part(tensor, 0);

/** A vector from the first sample of a group on. */
export const fromSample = ({ tensor, stride }: Stored, { first }: Group): TensorSource =>
  first === 0 ? whole(tensor) : { tensor, part: 0, from: first * stride };

export const samples =
  (group: Group) =>
  (n: number): number =>
    samplesIn(group, n);

/** A filter or vector in an arena of `set`: weights or gradients. */
export function arenaSource(placed: Placed, set: 'weights' | 'gradients'): Source {
  const { place } = placed;
  if (place.kind !== 'arena') throw new Error(`${placed.name} lies in no arena`);
  return { buffer: `${set}.${place.arena}`, offset: place.offset, floats: place.floats };
}

/** Place of a vector among the floats of the first arena, or of the running statistics. */
export function offsetOf(placed: Placed | undefined): number {
  if (placed === undefined) return 0;
  if (placed.place.kind === 'matrix' || placed.place.arena !== 0)
    throw new Error(`${placed.name} is no vector of the first arena`);
  return placed.place.offset;
}

/** Kernels for f16 may see tensors of f32 beside others: then they are told. */
export const halfOf = (half: boolean): { readonly HALF?: 0 } => (half ? {} : { HALF: 0 });
