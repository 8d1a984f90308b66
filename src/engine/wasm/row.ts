/** @file What an operation, or a chain of them, is on the WebAssembly kernels. */
import type { GraphNode } from '../../networks/graph';
import type { Shape } from '../../networks/operations';
import type { Kernels } from '../../wasm/kernels';
import type { DrawRequest, DrawSource } from '../executor';
import type { RowNeeds } from '../plan';
import type { OuterGradient } from './outer-gradient';
import type { Halo, Volume } from './volume';

/** One pass of n samples. */
export interface Pass {
  readonly n: number;
  readonly draws: DrawSource;
  /** In training: what reversed gradients are multiplied by, with the other sign. */
  readonly reversal?: number;
}

export type Command = (pass: Pass) => void;

/** What a row is about, before anything has a place. */
export interface Sizes {
  /** Spatial axes of the network. */
  readonly rank: number;
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly Shape[];
  /** Of the team that does the work. */
  readonly threads: number;
}

/** One step of a plan on the heap. Volumes get their addresses later: `base` holds only while a command runs. */
export interface At extends Sizes {
  readonly kernels: Kernels;
  /** Statistics of the batch. */
  readonly training: boolean;
  /** Of the inputs. */
  readonly sources: readonly Volume[];
  readonly output: Volume;
  /** Of the pool whose places a `max-unpool` uses. */
  readonly places: Volume | null;
  readonly kept: Readonly<Record<string, Volume>>;
  readonly scratch: Readonly<Record<string, Volume>>;
  /** Address of so many zeros as any value of the graph has channels, in whole blocks. */
  readonly zeros: number;
  /** Address of a parameter or running statistic of a node's layer, by its name in the layer. */
  parameter(node: GraphNode, name: string): number;
  countBatch(node: GraphNode): void;
  /** What the result's node asks for in a pass of n samples; null: nothing. */
  request(n: number): DrawRequest | null;
  /** What the forward and the backward step of a row share. */
  shared<T>(make: () => T): T;
}

export interface AtBackward extends At {
  /** Of the output. */
  readonly gradient: Volume;
  /** Where the gradient of each input goes; null: nobody wants it. */
  readonly inputGradients: readonly (Volume | null)[];
  /** Address of the gradient of a parameter; 0: none is wanted, or `outerGradientOf` has it. */
  gradientOf(node: GraphNode, name: string): number;
  /** What keeps the gradient of a linear layer's weights; null: an address does, or none is wanted. */
  outerGradientOf(node: GraphNode): OuterGradient | null;
}

export interface WasmRow extends RowNeeds {
  /** Zeros that it reads around its first input, forward or backward. */
  reads?(sizes: Sizes): Halo;
  /** Zeros that it reads around the gradient of its result. */
  readsGradient?(sizes: Sizes): Halo;
  /** Shape of a kept or scratch tensor of which there is one for all samples. Absent or undefined: one for each, as the value that it is like. */
  room?(what: string, sizes: Sizes): Shape | undefined;
  forward(at: At): Command;
  backward(at: AtBackward): Command;
}
