/**
 * @file A linear layer with the activation that follows it, if one does. What it reads and its output's gradient stay until the
 * optimiser has made the gradient of its matrix from them.
 */
import { linearFinish, linearInputFinish, linearOutputGradient } from '../../../gpu/kernels/linear';
import type { GraphNode } from '../../../networks/graph';
import type { RowNeeds } from '../../plan';
import { activationOf } from '../activation';
import { type Command, named, sloped, step, unread } from '../command';
import { inputLanes, outputLanes } from '../lanes';
import { chunkName, type MatrixPlace } from '../layout';
import { offsetOf, type Site, whole } from '../site';
import { linearExtent, linearInputProducts, linearProducts, linearRow } from '../variants/linear';
import type { Row } from './row';

function matrixOf(site: Site, node: GraphNode): MatrixPlace {
  const { place } = site.parameter(node, 'weight')!;
  if (place.kind !== 'matrix') throw new Error('a linear layer without a matrix');
  return place;
}

function forward(site: Site): Command[] {
  const [node, activation] = site.nodes;
  const matrix = matrixOf(site, node);
  const [x, z] = [site.input(), site.output];
  const { batchSize: N } = site.layout;
  const [I, O] = [x.C, z.C];
  const S = outputLanes(I);
  const row = linearRow('linear', { I, O, batch: N });
  const variant = site.layout.kernels.pick(linearProducts, row);
  const parts = whole(site.local('parts', S * N * O * 4));
  const { code: ACTIVATION, slope } = activationOf(activation);
  const BIAS = offsetOf(site.parameter(node, 'bias'));
  return [
    ...matrix.chunks.map(({ first: FIRST, count: COUNT }, chunk): Command => {
      const constants = { I, XS: x.stride, O, N, FIRST, COUNT, S };
      return {
        use: { spec: variant.spec, constants },
        sources: [step, whole(x.tensor), named(chunkName('matrix', matrix, chunk)), parts],
        extent: (n) => linearExtent(variant, constants, n),
        key: row.key,
      };
    }),
    {
      use: { spec: linearFinish, constants: { S, N, O, ZS: z.stride, BIAS, ACTIVATION } },
      sources: [step, sloped(slope), parts, named('weights.0'), whole(z.tensor)],
      extent: (n) => ({ threads: O * n, z: 1 }),
    },
  ];
}

function backward(site: Site): Command[] {
  const [node, activation] = site.nodes;
  const matrix = matrixOf(site, node);
  const { batchSize: N, threads } = site.layout;
  const [x, z, dz, dx] = [site.input(), site.output, site.gradient, site.inputGradient()];
  const { code: ACTIVATION, slope } = activationOf(activation);
  const [I, O, GS] = [x.C, dz.C, dz.stride];
  const BIAS = offsetOf(site.parameter(node, 'bias'));
  const commands: Command[] = [
    {
      use: { spec: linearOutputGradient, constants: { O, ZS: z.stride, GS, BIAS, ACTIVATION } },
      sources: [step, sloped(slope), ACTIVATION === 0 ? unread : whole(z.tensor), whole(dz.tensor), named('gradients.0')],
      extent: () => ({ threads: O, z: 1 }),
    },
  ];
  if (dx === null) return commands;
  const lanes = inputLanes(
    I,
    matrix.chunks.map(({ count }) => count),
    threads,
  );
  const all = lanes.reduce((sum, S) => sum + S, 0);
  const parts = whole(site.local('parts', all * N * matrix.row * 4));
  const row = linearRow('linear input gradient', { I, O, batch: N });
  const variant = site.layout.kernels.pick(linearInputProducts, row);
  let PART = 0;
  for (const [chunk, { first: FIRST, count: COUNT }] of matrix.chunks.entries()) {
    const S = lanes[chunk];
    const constants = { I, GS, N, FIRST, COUNT, PART, S };
    commands.push({
      use: { spec: variant.spec, constants },
      sources: [step, whole(dz.tensor), named(chunkName('matrix', matrix, chunk)), parts],
      extent: (n) => linearExtent(variant, constants, n),
      key: row.key,
    });
    PART += S;
  }
  commands.push({
    use: { spec: linearInputFinish, constants: { S: all, N, I, GS: dx.stride } },
    sources: [step, parts, whole(dx.tensor)],
    extent: (n) => ({ threads: I * n, z: Math.min(1, n) }),
  });
  return commands;
}

const needs = (output: boolean): RowNeeds => ({ backwardReads: { inputs: true, output } });

export const linear: Row = { needs: needs(false), forward, backward, half: () => true };
export const linearActivation: Row = { needs: needs(true), forward, backward, half: () => true };
