import { describe, expect, it } from 'vitest';
import { Construction, Forward, module, network } from '../networks/construct';
import type { Graph, Network } from '../networks/graph';
import type { Op } from '../networks/operations';
import { buildNetwork } from '../networks/registry';
import { resultOf } from './fuse';
import { place } from './place';
import { PLACES, type Plan, type Purpose, plan, type RowNeeds, type Rows, type Tensor } from './plan';

const needs = (row: string): RowNeeds => ({
  kept: (fused): Readonly<Record<string, number>> => (row.endsWith('pool') ? { [PLACES]: resultOf(fused) } : {}),
  backwardReads: { inputs: true, output: true },
});
const rows: Rows<'conv-norm-activation'> = {
  chains: [{ row: 'conv-norm-activation', ops: ['conv', 'batch-norm', 'activation'] }],
  needs: new Proxy({} as Record<Op | 'conv-norm-activation', RowNeeds>, { get: (_, row) => needs(String(row)) }),
};

/** A convolution whose result is read twice and added to itself, pooled, and unpooled again. */
function forked(): Network {
  const c = new Construction();
  const conv = c.conv(1, 2, 3, { padding: 1 });
  const after = c.conv(2, 2, 3, { padding: 1 });
  const g = new Forward();
  const x = g.run(conv, g.input([1, 6, 6]));
  const pooled = g.node('pad-max-pool', {}, [x]);
  const back = g.node('max-unpool', { like: g.shape(x) }, [pooled, pooled]);
  const output = g.run(after, g.add(x, back));
  return network('Forked', c, module('Forked', { conv, after }), g, { output, code: pooled }, { main: 'output' });
}

const train = ({ graph }: Network): Purpose => ({
  kind: 'train',
  loss: [graph.outputs.output],
  trainable: ({ layer }) => layer !== null,
});

/** Names of tensors that a step reads before any step has written them. */
function unwritten({ steps }: Plan): string[] {
  const written = new Set(['v0']);
  return steps.flatMap((step) => {
    const kept = Object.values(step.kept);
    const reads =
      step.phase === 'forward'
        ? [...step.inputs, step.places]
        : step.phase === 'loss'
          ? step.inputs
          : [...step.inputs, step.gradient, ...kept, ...(step.phase === 'sum' ? step.inputGradients : [])];
    const missing = reads.flatMap((tensor) => (tensor === null || written.has(tensor.name) ? [] : [tensor.name]));
    if (step.phase === 'forward') for (const tensor of [step.output, ...kept]) written.add(tensor.name);
    else for (const tensor of step.inputGradients) if (tensor !== null) written.add(tensor.name);
    return missing;
  });
}

function overlaps({ lives }: Plan, placed: ReturnType<typeof place>): string[] {
  const all = [...lives].flatMap(([tensor, life]) => placed.places.get(tensor)!.map((at) => ({ tensor, life, at })));
  return all.flatMap((a, i) =>
    all.slice(i + 1).flatMap((b) => {
      const together = a.life[0] <= b.life[1] && b.life[0] <= a.life[1] && a.at.arena === b.at.arena;
      const apart = a.at.offset + a.at.bytes <= b.at.offset || b.at.offset + b.at.bytes <= a.at.offset;
      return together && !apart ? [`${a.tensor.name} and ${b.tensor.name}`] : [];
    }),
  );
}

const brain = buildNetwork('Conv5_FC3', { inputSize: [1, 169, 208, 179], outputSize: 2, dropout: 0 });
const bytesOf =
  ({ nodes }: Graph) =>
  (tensor: Tensor): readonly number[] => [4 * nodes[tensor.like].shape.reduce((a, b) => a * b, 1)];

describe('a plan', () => {
  it.each([
    ['forked', forked()],
    ['Conv5_FC3', brain],
  ])('%s reads nothing before it is written, and no two tensors that live together share a place', (_, made) => {
    for (const purpose of [train(made), { kind: 'evaluate' }] as const) {
      const planned = plan(made.graph, purpose, rows);
      expect(unwritten(planned)).toEqual([]);
      for (const largest of [Number.POSITIVE_INFINITY, 300 * 2 ** 20])
        expect(overlaps(planned, place(planned, { partsOf: bytesOf(made.graph), align: 256, largest }))).toEqual([]);
    }
  });

  it('fuses only what nobody else reads', () => {
    const { steps } = plan(brain.graph, { kind: 'evaluate' }, rows);
    expect(steps.map(({ row }) => row).slice(0, 2)).toEqual(['conv-norm-activation', 'pad-max-pool']);
    const first = brain.graph.nodes.findIndex(({ op }) => op === 'conv');
    const explained = plan(brain.graph, { kind: 'explain', of: brain.graph.outputs.output, at: first }, rows);
    expect(explained.steps.map(({ row }) => row).slice(0, 4)).toEqual(['conv', 'batch-norm', 'activation', 'pad-max-pool']);
    // Backward goes no further than what is asked for.
    expect(explained.steps.at(-1)).toMatchObject({ phase: 'backward', row: 'batch-norm' });
  });

  it('adds where a value is read twice, and asks for no gradient that nobody wants', () => {
    const made = forked();
    const { steps } = plan(made.graph, train(made), rows);
    expect(steps.filter(({ phase }) => phase === 'sum')).toHaveLength(1);
    expect(steps.filter(({ phase, row }) => phase === 'backward' && row === 'conv').at(-1)?.inputGradients).toEqual([null]);
    const frozen = plan(made.graph, { ...train(made), trainable: () => false } as Purpose, rows);
    expect(frozen.steps.filter(({ phase }) => phase === 'backward')).toEqual([]);
  });

  it('gives an unpool the places of its pool, in evaluation too', () => {
    const { steps } = plan(forked().graph, { kind: 'evaluate' }, rows);
    const pool = steps.find(({ row }) => row === 'pad-max-pool')!;
    expect(steps.find(({ row }) => row === 'max-unpool')!.places).toBe(pool.kept[PLACES]);
    expect(plan(brain.graph, { kind: 'evaluate' }, rows).steps.every(({ kept }) => Object.keys(kept).length === 0)).toBe(true);
  });

  it('shares memory: a whole brain is predicted in the room of its largest value and what is made of it', () => {
    const planned = plan(brain.graph, { kind: 'evaluate' }, rows);
    const { arenas } = place(planned, { partsOf: bytesOf(brain.graph), align: 4 });
    const sizes = [...planned.lives.keys()].map((tensor) => bytesOf(brain.graph)(tensor)[0]).sort((a, b) => b - a);
    const pooled = 4 * 8 * 85 * 104 * 90;
    expect(arenas).toEqual([sizes[0] + pooled]);
  });

  it('what does nothing for a purpose is no step: dropout in evaluation or of nothing, and a flattening of what is flat', () => {
    const { nodes, outputs } = buildNetwork('Conv4_FC3', { inputSize: [1, 17, 6, 5], outputSize: 2, dropout: 0.5 }).graph;
    const dropout = nodes.findIndex(({ op }) => op === 'dropout');
    const rowsOf = (purpose: Purpose): string[] => plan({ nodes, outputs }, purpose, rows).steps.map(({ row }) => row);
    expect(rowsOf({ kind: 'evaluate' })).not.toContain('dropout');
    const training: Purpose = { kind: 'train', loss: [outputs.output], trainable: ({ layer }) => layer !== null };
    expect(rowsOf(training).filter((row) => row === 'dropout')).toHaveLength(2);
    const without = nodes.map((node, i) => (i === dropout ? { ...node, attributes: { probability: 0 } } : node)) as typeof nodes;
    const { steps } = plan({ nodes: without, outputs }, training, rows);
    expect(steps.map(({ row }) => row)).not.toContain('dropout');
    const linear = steps.find(({ row }) => row === 'linear')!;
    expect(linear.inputs[0].like).toBe(dropout - 1);
  });

  it('lays a result over its input only where nobody needs that any more', () => {
    const c = new Construction();
    const conv = c.conv(1, 2, 3, { padding: 1 });
    const g = new Forward();
    const x = g.run(conv, g.input([1, 6, 6]));
    const once = g.activate('relu', x);
    const twice = g.activate('tanh', once);
    const sum = g.add(twice, once);
    const output = g.activate('sigmoid', sum);
    const made = network('Laid', c, module('Laid', { conv }), g, { output }, { main: 'output' });
    const inPlace: Rows<never> = {
      chains: [],
      needs: new Proxy({} as Record<Op, RowNeeds>, {
        get: (_, row) => ({ backwardReads: { inputs: false, output: row === 'activation' }, inPlace: row === 'activation' }),
      }),
    };
    const { steps } = plan(made.graph, train(made), inPlace);
    const forward = steps.filter(({ phase }) => phase === 'forward').map(({ inputs, output }) => [inputs[0].name, output.name]);
    // Backward of the first activation needs its result; the second one's input is read by the sum.
    expect(forward).toEqual([
      ['v0', 'v1'],
      ['v1', 'v1'],
      ['v1', 'v3'],
      ['v3', 'v4'],
      ['v4', 'v4'],
    ]);
    const backward = steps
      .filter(({ phase }) => phase === 'backward')
      .map((step) => [step.gradient!.name, step.inputGradients[0]?.name]);
    expect(backward).toEqual([
      ['g5', 'g5'],
      ['g5', 'g3'],
      ['g3', 'g2.3.0'],
      ['g2', 'g2'],
      ['g2', undefined],
    ]);
  });

  it('keeps apart what may not share an arena', () => {
    const lives = new Map<string, readonly [number, number]>([
      ['a', [0, 1]],
      ['b', [1, 2]],
      ['c', [2, 3]],
      ['d', [3, 4]],
    ]);
    const pairs = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'd'],
    ] as const;
    const apart = new Map([...lives.keys()].map((name) => [name, new Set<string>()]));
    for (const [one, other] of pairs) {
      apart.get(one)!.add(other);
      apart.get(other)!.add(one);
    }
    const { places, arenas } = place({ lives }, { partsOf: () => [8], align: 4, apart });
    expect(arenas).toEqual([8, 8]);
    for (const [one, other] of pairs) expect(places.get(one)![0].arena).not.toBe(places.get(other)![0].arena);
  });
});
