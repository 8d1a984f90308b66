import { describe, expect, it } from 'vitest';
import { buildNetwork, constructNetwork } from '../../networks/registry';
import { plainLoss } from '../executor';
import { bytesOf, type DesignRequest, designOf, estimateMemory } from './buffers';
import type { LayoutLimits } from './layout';
import { pieceSamples, slabsOf } from './pieces';
import { volumeOf } from './volume';

const brain = [1, 169, 208, 179];
const whole = buildNetwork('Conv5_FC3', { inputSize: brain, outputSize: 2, dropout: 0.5 });
const limits: LayoutLimits = {
  largestBinding: 128 * 2 ** 20,
  largestBuffer: 256 * 2 ** 20,
  slabBytes: 64 * 2 ** 20,
  threads: 32768,
};

function requestOf(network = whole, batchSize = 1, rest: Partial<DesignRequest> = {}): DesignRequest {
  const optimizer = { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 } as const;
  return { network, loss: plainLoss('CrossEntropyLoss'), optimizer, batchSize, ...rest };
}

describe('the buffers of a network', () => {
  it('a step on a whole brain takes less than 0.85 GB, weights, gradients and moments included', () => {
    const { bytes, parts } = estimateMemory(requestOf(), limits);
    expect(bytes).toBeLessThan(0.85e9);
    // Weights and two moments of 42.29 million parameters: nothing was forgotten.
    expect(parts.parameters).toBeGreaterThan(3 * 4 * 42.29e6);
  });

  it('a prediction of a whole brain takes no memory of a training: at most 260 MB', () => {
    const { bytes, parts } = estimateMemory(requestOf(whole, 1, { predictOnly: true }), limits);
    expect(bytes).toBeLessThan(260e6);
    expect(parts.parameters).toBeGreaterThan(4 * 42.29e6);
    expect(parts.parameters).toBeLessThan(1.01 * 4 * 42.29e6);
  });

  it.each([
    ['AE_Conv5_FC3', 'MSELoss', 0.3e9, 0.6e9],
    ['ResNet3D', 'CrossEntropyLoss', 0.5e9, 1.35e9],
  ] as const)('%s on a whole brain: windows of 128 MiB on samples of 201 MB', (name, loss, predicted, trained) => {
    const network = constructNetwork(name, { inputSize: brain, outputSize: 2, dropout: 0 });
    const request = requestOf(network, 1, { loss: plainLoss(loss) });
    expect(estimateMemory({ ...request, predictOnly: true }, limits).bytes).toBeLessThan(predicted);
    const { training, layout } = designOf(request, limits);
    expect(estimateMemory(request, limits).bytes).toBeLessThan(trained);
    const samples = [...training!.lives.keys()].flatMap((tensor) => training!.partsOf(tensor));
    expect(Math.max(...samples)).toBeGreaterThan(layout.largestBinding);
  });

  it('stored as f16 the activations take half, but for the input and the places of the maxima', () => {
    const roomy = { ...limits, slabBytes: 2 ** 30, largestBinding: 2 ** 30, largestBuffer: 2 ** 30 };
    const activations = (half: boolean): number => estimateMemory(requestOf(), { ...roomy, half }).parts.activations;
    const kept = 4 * 169 * 208 * 179 + 4 * 85 * 104 * 90;
    expect((activations(true) - kept) / (activations(false) - kept)).toBeCloseTo(0.5, 1);
  });

  it('no buffer is larger than the limit, and no kernel sees more than the window, whatever the batch', () => {
    for (const batchSize of [1, 3, 8]) {
      const { buffers } = designOf(requestOf(whole, batchSize), limits);
      for (const [name, { bytes }] of buffers) expect(bytes, name).toBeLessThanOrEqual(limits.largestBuffer);
    }
  });

  it('the sum of the parts is the sum of the buffers', () => {
    const design = designOf(requestOf(), limits);
    const sum = [...design.buffers.values()].reduce((total, { bytes }) => total + bytes, 0);
    expect(bytesOf(design).bytes).toBe(sum);
  });

  it('no two tensors that live at the same time share memory, and what a command reads it does not write to', () => {
    const design = designOf(requestOf(whole, 2), limits);
    for (const sequence of [design.evaluation, design.training!]) {
      const { places } = design.placements.get(sequence)!;
      const all = [...sequence.lives].flatMap(([tensor, life]) => places.get(tensor)!.map((at) => ({ tensor, life, at })));
      for (const [i, a] of all.entries())
        for (const b of all.slice(i + 1)) {
          const together = a.life[0] <= b.life[1] && b.life[0] <= a.life[1] && a.at.arena === b.at.arena;
          const distinct = a.at.offset + a.at.bytes <= b.at.offset || b.at.offset + b.at.bytes <= a.at.offset;
          expect(!together || distinct, `${a.tensor.name} and ${b.tensor.name}`).toBe(true);
        }
      for (const { use, sources } of sequence.commands) {
        const arenas = (access: string): Set<number> =>
          new Set(
            sources.flatMap((source, i) =>
              'tensor' in source && use.spec.bindings[i].access === access && !sequence.rows.has(source.tensor)
                ? [places.get(source.tensor)![source.part].arena]
                : [],
            ),
          );
        expect([...arenas('read')].filter((arena) => arenas('write').has(arena))).toEqual([]);
      }
    }
  });

  it('slabs cover every plane of every sample once', () => {
    const groups = [{ first: 0, size: 3 }];
    const y = volumeOf([8, 169, 208, 179]);
    const planes = new Map<string, number>();
    for (const { group, n0, d0, dn, q0, qn } of slabsOf(groups, y, 2, (64 * 2 ** 20) / 4)) {
      for (let d = d0; d < d0 + dn; d++) planes.set(`${group} ${n0} ${d}`, (planes.get(`${group} ${n0} ${d}`) ?? 0) + 1);
      // 169 planes: the window of the first pooled plane begins one before the volume.
      expect([Math.max(0, 2 * q0 - 1), 2 * (q0 + qn) - 1]).toEqual([d0, d0 + dn]);
    }
    expect(planes.size).toBe(3 * 169);
    expect([...planes.values()].every((count) => count === 1)).toBe(true);
  });

  it('a smaller batch leaves the last pieces empty', () => {
    const groups = [
      { first: 0, size: 2 },
      { first: 2, size: 1 },
    ];
    const pieces = slabsOf(groups, volumeOf([8, 4, 4, 4]), 2, 2 ** 20);
    expect(pieces.map((piece) => pieceSamples(groups, piece, 2))).toEqual([2, 0]);
    expect(pieces.map((piece) => pieceSamples(groups, piece, 3))).toEqual([2, 1]);
  });

  it('a network that no split makes fit is refused by name', () => {
    expect(() => designOf(requestOf(), { ...limits, largestBinding: 2 ** 20, largestBuffer: 2 ** 20 })).toThrow(
      expect.objectContaining({ code: 'gpu-buffer-limit' }),
    );
  });
});
