/** @file A file such as torchvision publishes for resnet18, with weights by the formula that the golden case states. */
import { product } from '../src/base/shape';
import { OrderedDict, tensor, writeTorch } from '../src/formats/torch';
import type { StateTensor } from '../src/networks/state-dict';

/** Names and shapes of torchvision's file, in its order. */
export function torchvisionShapes(): [string, number[]][] {
  const norm = (name: string, channels: number): [string, number[]][] => [
    ...['weight', 'bias', 'running_mean', 'running_var'].map((part): [string, number[]] => [`${name}.${part}`, [channels]]),
    [`${name}.num_batches_tracked`, []],
  ];
  const conv = (name: string, to: number, from: number, kernel: number): [string, number[]] => [
    `${name}.weight`,
    [to, from, kernel, kernel],
  ];
  const blocks = [1, 2, 3, 4].flatMap((stage) =>
    [0, 1].flatMap((index): [string, number[]][] => {
      const to = 32 * 2 ** stage;
      const from = index === 1 || stage === 1 ? to : to / 2;
      const name = `layer${stage}.${index}`;
      const body = [
        conv(`${name}.conv1`, to, from, 3),
        ...norm(`${name}.bn1`, to),
        conv(`${name}.conv2`, to, to, 3),
        ...norm(`${name}.bn2`, to),
      ];
      if (from === to) return body;
      return [...body, conv(`${name}.downsample.0`, to, from, 1), ...norm(`${name}.downsample.1`, to)];
    }),
  );
  return [conv('conv1', 64, 3, 7), ...norm('bn1', 64), ...blocks, ['fc.weight', [1000, 512]], ['fc.bias', [1000]]];
}

/** The values that the golden case states: s = sin(0.7 i + 0.3 j), i within the tensor, j its number in the file. */
export function formulaWeights(): Map<string, StateTensor> {
  const file = new Map<string, StateTensor>();
  torchvisionShapes().forEach(([name, shape], j) => {
    if (name.endsWith('num_batches_tracked')) return;
    const n = product(shape);
    const value = (s: number): number => {
      if (name.endsWith('running_var')) return 16 + 4 * s;
      if (name.endsWith('running_mean')) return 0.1 * s;
      if (name.endsWith('bias')) return 0.05 * s;
      return shape.length === 1 ? 1 + 0.1 * s : s * Math.sqrt(2 / (n / shape[0]));
    };
    file.set(name, { shape, data: Float32Array.from({ length: n }, (_, i) => value(Math.sin(0.7 * i + 0.3 * j))) });
  });
  return file;
}

/** The bytes of such a file. */
export function formulaFile(): Uint8Array<ArrayBuffer> {
  const state = new OrderedDict();
  for (const [name, { shape, data }] of formulaWeights())
    state.set(name, tensor('float32', shape, data as Float32Array<ArrayBuffer>));
  return writeTorch(state, { archiveName: 'resnet18' });
}
