import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../networks/registry';
import { bufferPlan, estimateMemory } from './buffers';
import { pieceSamples, piecesOf } from './lanes';
import { layoutOf } from './layout';

const whole = buildNetwork('Conv5_FC3', { inputSize: [1, 169, 208, 179], outputSize: 2, dropout: 0.5 });
const limits = { largestBuffer: 128 * 2 ** 20, slabBytes: 64 * 2 ** 20, threads: 32768 };

describe('the buffers of a network', () => {
  it('a step on a whole brain takes less than 0.9 GB, weights, gradients and moments included', () => {
    const { bytes, parts } = estimateMemory(whole, 1, limits);
    expect(bytes).toBeLessThan(0.9e9);
    // Weights and two moments of 42.29 million parameters: nothing was forgotten.
    expect(parts.parameters).toBeGreaterThan(3 * 4 * 42.29e6);
  });

  it('stored as f16 the activations take half, but for the input and the places of the maxima', () => {
    const bytes = (half: boolean): number[] => {
      const plan = [...bufferPlan(layoutOf(whole, 1, { ...limits, slabBytes: 2 ** 30, largestBuffer: 2 ** 30, half }))];
      const kept = plan.filter(([name]) => /^(x|code)\./.test(name));
      const activations = plan.filter(([name, { kind }]) => kind === 'activations' && !/^(x|code)\./.test(name));
      return [kept, activations].map((part) => part.reduce((sum, [, buffer]) => sum + buffer.bytes, 0));
    };
    const [single, half] = [bytes(false), bytes(true)];
    expect(half[0]).toBe(single[0]);
    expect(half[1] / single[1]).toBeCloseTo(0.5, 4);
    expect(estimateMemory(whole, 4, { ...limits, half: true }).bytes).toBeLessThan(0.8 * estimateMemory(whole, 4, limits).bytes);
  });

  it('no buffer is larger than the limit, whatever the batch', () => {
    for (const batchSize of [1, 3, 8]) {
      const layout = layoutOf(whole, batchSize, limits);
      for (const [name, { bytes }] of bufferPlan(layout)) expect(bytes, name).toBeLessThanOrEqual(limits.largestBuffer);
    }
  });

  it('the slabs of the first block cover every plane of every sample once', () => {
    const layout = layoutOf(whole, 3, limits);
    const { D, QD } = layout.conv[0];
    const planes = new Map<string, number>();
    for (const { group, n0, d0, dn, q0, qn } of piecesOf(layout, 0)) {
      for (let d = d0; d < d0 + dn; d++) planes.set(`${group} ${n0} ${d}`, (planes.get(`${group} ${n0} ${d}`) ?? 0) + 1);
      // 169 planes: the window of the first pooled plane begins one before the volume.
      expect([Math.max(0, 2 * q0 - 1), 2 * (q0 + qn) - 1]).toEqual([d0, d0 + dn]);
    }
    expect(planes.size).toBe(3 * D);
    expect([...planes.values()].every((count) => count === 1)).toBe(true);
    expect(QD).toBe(85);
  });

  it('a smaller batch leaves the last pieces empty', () => {
    const layout = layoutOf(whole, 3, limits);
    const counts = piecesOf(layout, 1).map((piece) => pieceSamples(layout, piece, 2));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
  });

  it('strides halve what pools halve, and leave less to split into slabs', () => {
    const options = { inputSize: [1, 169, 208, 179], outputSize: 2, dropout: 0 };
    const strided = layoutOf(buildNetwork('Stride_Conv5_FC3', options), 1, { ...limits, slabBytes: 10 * 2 ** 20 });
    const pooled = layoutOf(buildNetwork('Conv5_FC3', options), 1, { ...limits, slabBytes: 10 * 2 ** 20 });
    expect(strided.conv.map(({ QD, QH, QW }) => [QD, QH, QW])).toEqual(pooled.conv.map(({ QD, QH, QW }) => [QD, QH, QW]));
    expect(strided.slabs[0].length).toBeLessThan(pooled.slabs[0].length / 6);
    const planes = strided.slabs[0].map(({ d0, dn }) => [d0, d0 + dn]);
    expect(planes[0][0]).toBe(0);
    expect(planes.at(-1)![1]).toBe(85);
    for (const [i, [, end]] of planes.slice(0, -1).entries()) expect(planes[i + 1][0]).toBe(end);
  });

  it('a network that no split makes fit is refused by name', () => {
    expect(() => layoutOf(whole, 1, { ...limits, largestBuffer: 2 ** 20 })).toThrow(
      expect.objectContaining({ code: 'gpu-buffer-limit' }),
    );
    const blocks = whole.blocks.filter(({ kind }) => kind !== 'conv-block');
    expect(() => layoutOf({ ...whole, blocks }, 1, limits)).toThrow(expect.objectContaining({ code: 'gpu-network' }));
  });
});
