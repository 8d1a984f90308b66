/**
 * @file An executor that gives its device a batch in parts, for devices whose memory does not hold the whole. Gradients are those of
 * the whole batch, except that BatchNorm sees each part by itself.
 */
import { product } from '../base/shape';
import type { DrawSource, Executor, ExecutorFactory, Explanation, InputTensor, Outputs, Target } from './executor';
import { forwarded } from './forwarded';

const part = (input: InputTensor, from: number, to: number): InputTensor => {
  const step = input.data.length / input.shape[0];
  return { shape: [to - from, ...input.shape.slice(1)], data: input.data.slice(from * step, to * step) };
};

/** Executors that are never given more than `largest` samples at a time. */
export function microBatches(factory: ExecutorFactory, largest: number): ExecutorFactory {
  return async (request) => {
    if (request.batchSize <= largest) return factory(request);
    return inParts(await factory({ ...request, batchSize: largest }), largest);
  };
}

/** The target of samples from…to of n. */
function targetOf(target: Target, from: number, to: number, n: number): Target {
  if (target.kind === 'class') return { kind: 'class', labels: target.labels.slice(from, to), wholeBatch: n };
  if (target.kind === 'input') return { kind: 'input', wholeBatch: n };
  if (target.kind === 'heads') return { ...target, labels: target.labels.map((labels) => labels.slice(from, to)), wholeBatch: n };
  const each = target.values.length / n;
  return { kind: 'numbers', values: target.values.slice(from * each, to * each), wholeBatch: n };
}

/** Numbers drawn once for the whole batch of n, so that they do not depend on the size of the parts; then the share of samples from…to. */
function wholeDraws(draws: DrawSource, n: number): (from: number, to: number) => DrawSource {
  const drawn = new Map<number, Float32Array<ArrayBuffer>>();
  return (from, to) => (request) => {
    const shared = request.kind === 'normal' && request.shared;
    const each = request.size / (to - from);
    const whole = drawn.get(request.node) ?? draws(shared ? request : { ...request, size: each * n });
    drawn.set(request.node, whole);
    return shared ? whole : whole.slice(from * each, to * each);
  };
}

function inParts(inner: Executor, largest: number): Executor {
  /** Sizes of the parts of each batch whose loss has not been taken. */
  const waiting: number[][] = [];
  return {
    ...forwarded(inner),
    async predict(input, draws) {
      const n = input.shape[0];
      const whole = wholeDraws(draws, n);
      const { nodes, outputs } = inner.network.graph;
      const results = Object.fromEntries(
        Object.entries(outputs).map(([name, value]) => [name, new Float32Array(n * product(nodes[value].shape))]),
      );
      for (let from = 0; from < n; from += largest) {
        const to = Math.min(n, from + largest);
        const some: Outputs = await inner.predict(part(input, from, to), whole(from, to));
        for (const [name, values] of Object.entries(some)) results[name].set(values, (values.length / (to - from)) * from);
      }
      return results;
    },
    async explain(input, channel, draws) {
      const n = input.shape[0];
      const whole = wholeDraws(draws, n);
      const parts: Explanation[] = [];
      for (let from = 0; from < n; from += largest) {
        const to = Math.min(n, from + largest);
        parts.push(await inner.explain(part(input, from, to), channel, whole(from, to)));
      }
      const joined = (of: keyof Explanation): Float32Array<ArrayBuffer> => {
        const values = new Float32Array(parts.reduce((sum, one) => sum + one[of].length, 0));
        let at = 0;
        for (const { [of]: more } of parts) {
          values.set(more, at);
          at += more.length;
        }
        return values;
      };
      return { output: joined('output'), value: joined('value'), gradient: joined('gradient') };
    },
    async accumulate(input, target, draws) {
      const n = input.shape[0];
      const whole = wholeDraws(draws, n);
      const sizes: number[] = [];
      for (let from = 0; from < n; from += largest) {
        const to = Math.min(n, from + largest);
        sizes.push(to - from);
        await inner.accumulate(part(input, from, to), targetOf(target, from, to, n), whole(from, to));
      }
      waiting.push(sizes);
    },
    async takeLosses() {
      const losses = await inner.takeLosses();
      let at = 0;
      return waiting.splice(0).map((sizes) => {
        const n = sizes.reduce((sum, size) => sum + size, 0);
        return sizes.reduce((sum, size) => sum + (losses[at++] * size) / n, 0);
      });
    },
  };
}
