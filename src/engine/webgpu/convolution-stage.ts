/** @file The convolution of a row, transposed or not, from its input to some tensor and back. */
import type { GraphNode } from '../../networks/graph';
import type { Command } from './command';
import {
  type ConvolutionIo,
  convolve,
  FilterGradient,
  type Geometry,
  geometryOf,
  inputGradient,
  isStem,
  planesOfY,
} from './convolution';
import type { Placed } from './layout';
import { arenaSource, type Site, type Stored } from './site';
import { volumeOf } from './volume';
import { viewOf } from './windows';

type Convolution = Extract<GraphNode, { op: 'conv' | 'conv-transpose' }>;

export class ConvolutionStage {
  readonly #site: Site;
  readonly #transposed: boolean;
  /** Of the convolution; of a transposed one, of that whose input gradient it is. */
  readonly #g: Geometry;
  readonly #filter: Placed;

  constructor(site: Site, node: GraphNode) {
    const { op, attributes, shape } = node as Convolution;
    const [input, output] = [site.input(), volumeOf(shape)];
    this.#site = site;
    this.#transposed = op === 'conv-transpose';
    this.#g = this.#transposed ? geometryOf(attributes, output, input) : geometryOf(attributes, input, output);
    this.#filter = site.parameter(node, 'weight')!;
  }

  /** Pieces of the tensors where the convolution takes x and y. */
  #io(x: Stored, y: Stored): ConvolutionIo[] {
    const [from, to] = [viewOf(this.#site, x), viewOf(this.#site, y)];
    return planesOfY(this.#site, this.#g, from, to).map((piece) => ({ x: from, y: to, piece }));
  }

  #convolve(x: Stored, y: Stored): Command[] {
    const stem = isStem(this.#g, x, this.#site.layout.half);
    const filter = arenaSource(this.#filter, 'weights');
    return this.#io(x, y).map((io) => convolve(this.#site, this.#g, filter, io, stem));
  }

  #inputGradient(x: Stored, y: Stored): Command[] {
    const site = this.#site;
    return inputGradient(site, this.#g, arenaSource(this.#filter, 'weights'), viewOf(site, x), viewOf(site, y));
  }

  /** Without bias. */
  forward(to: Stored): Command[] {
    const from = this.#site.input();
    return this.#transposed ? this.#inputGradient(to, from) : this.#convolve(from, to);
  }

  /** Gradients of the filter and of the input, where they are wanted. */
  backward(dy: Stored): Command[] {
    const site = this.#site;
    const input = site.input();
    const [x, y] = this.#transposed ? [dy, input] : [input, dy];
    const commands: Command[] = [];
    if (this.#filter.learning) {
      const io = this.#io(x, y);
      const stem = isStem(this.#g, x, site.layout.half);
      const gradient = new FilterGradient(
        site,
        this.#g,
        io.map(({ piece }) => piece),
        arenaSource(this.#filter, 'gradients'),
        stem,
      );
      commands.push(...io.map((one) => gradient.add(one)), ...gradient.join());
    }
    const dx = site.inputGradient();
    if (dx === null) return commands;
    return [...commands, ...(this.#transposed ? this.#convolve(dy, dx) : this.#inputGradient(dx, dy))];
  }
}
