import * as tf from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { nodeGpu } from '../../../test/node-gpu';
import { offerWebgpu } from '../../../test/tfjs-node';
import {
  convStrided,
  convStridedAny,
  convStridedFilterGradient,
  convStridedFilterGradientAny,
  convStridedInputGradient,
  stridedFilterThreads,
  stridedInputThreads,
  stridedThreads,
} from '../../gpu/kernels/conv-strided';
import { sumParts } from '../../gpu/kernels/convolution';
import { noise, rangeWords } from '../../gpu/kernels/example-arrays';
import { openBoth, ourSteps, stockOperation } from './run';

const med = (a: number[]) => a.sort((x, y) => x - y)[a.length >> 1];
it('bench', async () => {
  const root = await nodeGpu();
  offerWebgpu(root);
  const gpu = await openBoth(root);
  console.log(gpu.adapter);
  for (const [CI, CO] of [
    [1, 8],
    [8, 16],
    [16, 32],
    [32, 64],
  ]) {
    const [D, H, W] = [22, 26, 23];
    const [OD, OH, OW] = [11, 13, 12];
    const c = {
      D,
      H,
      W,
      OD,
      OH,
      OW,
      CI,
      CO,
      KD: 3,
      K: 3,
      SD: 2,
      STRIDE: 2,
      PD: 1,
      P: 1,
      XS: D * H * W * CI,
      YS: OD * OH * OW * CO,
    };
    const x = noise(c.XS, 1),
      f = noise(27 * CI * CO, 2),
      g = noise(c.YS, 3);
    const any = CI === 1;
    const per = stridedFilterThreads(c, any);
    const S = Math.floor(Math.max(1, Math.min((OD * OH) / 4, Number(process.env.TH ?? 2048) / per)));
    const GROUP = Number(process.env.GROUP ?? 64),
      NEAR = Number(process.env.NEAR ?? 1);
    const size = 27 * CI * CO;
    const data = { x, f, g, y: c.YS, dx: c.XS, part: size * S, df: size, uniform: rangeWords({ n: 1, dn: OD }) };
    const ours = [
      await ourSteps(gpu, data, [
        any
          ? {
              spec: convStridedAny,
              constants: c,
              extent: { threads: stridedThreads(c), z: 1 },
              buffers: ['uniform', 'x', 'f', 'y'],
            }
          : {
              spec: convStrided,
              constants: { ...c, GROUP, NEAR },
              extent: { threads: stridedThreads(c), z: 1 },
              buffers: ['x', 'f', 'y'],
            },
      ]),
      ...(any
        ? []
        : [
            await ourSteps(gpu, data, [
              {
                spec: convStridedInputGradient,
                constants: { ...c, GROUP, NEAR },
                extent: { threads: stridedInputThreads(c), z: 1 },
                buffers: ['g', 'f', 'dx'],
              },
            ]),
          ]),
      await ourSteps(gpu, data, [
        {
          spec: any ? convStridedFilterGradientAny : convStridedFilterGradient,
          constants: { ...c, S },
          extent: { threads: per * S, z: 1 },
          buffers: ['uniform', 'x', 'g', 'part'],
        },
        { spec: sumParts, constants: { SIZE: size, S }, extent: { threads: size / 4, z: 1 }, buffers: ['part', 'df'] },
      ]),
    ];
    const [tx, tw, tg] = [
      tf.tensor5d(x, [1, D, H, W, CI]),
      tf.tensor5d(f, [3, 3, 3, CI, CO]),
      tf.tensor5d(g, [1, OD, OH, OW, CO]),
    ];
    const run = (name: string, inputs: object, attrs: object) =>
      tf.engine().runKernel(name, inputs as tf.NamedTensorMap, attrs as never) as tf.Tensor;
    const stock = [
      () => run('Conv3D', { x: tx, filter: tw }, { strides: 2, pad: 'same', dataFormat: 'NDHWC', dilations: 1 }),
      ...(any
        ? []
        : [() => run('Conv3DBackpropInputV2', { dy: tg, filter: tw }, { strides: 2, pad: 'same', inputShape: tx.shape })]),
      () => run('Conv3DBackpropFilterV2', { x: tx, dy: tg }, { strides: 2, pad: 'same', filterShape: tw.shape }),
    ].map((w) => stockOperation(gpu, w));
    for (const [k, mine] of ours.entries()) {
      const [a, b]: number[][] = [[], []];
      await mine.run();
      await mine.run();
      if (process.env.STOCK) await stock[k].run();
      for (let i = 0; i < 7; i++) {
        let t = performance.now();
        for (let j = 0; j < 5; j++) await mine.run();
        a.push((performance.now() - t) / 5);
        if (process.env.STOCK && i < 3) {
          t = performance.now();
          await stock[k].run();
          b.push(performance.now() - t);
        }
      }
      const [m, s] = [med(a), med(b)];
      const name = any ? ['fwd', 'dW'][k] : ['fwd', 'dX', 'dW'][k];
      console.log(
        `${CI}->${CO} ${name}: ours ${m.toFixed(2)} min ${a[0].toFixed(2)} stock ${s?.toFixed(1)} ratio ${(s / m).toFixed(1)}  S=${S}`,
      );
    }
    for (const o of ours) o.free();
  }
}, 300000);
