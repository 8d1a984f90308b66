/**
 * @file An executor that gives its device a batch in parts, for devices whose memory does not hold the whole. Gradients are those of
 * the whole batch, except that BatchNorm sees each part by itself.
 */
import type { Executor, ExecutorFactory, InputTensor, Target } from './executor';

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

function inParts(inner: Executor, largest: number): Executor {
  /** Sizes of the parts of each batch whose loss has not been taken. */
  const waiting: number[][] = [];
  return {
    backend: inner.backend,
    spec: inner.spec,
    async predict(input) {
      const n = input.shape[0];
      const outputs = new Float32Array(n * inner.spec.outputSize);
      for (let from = 0; from < n; from += largest) {
        outputs.set(await inner.predict(part(input, from, Math.min(n, from + largest))), from * inner.spec.outputSize);
      }
      return outputs;
    },
    async accumulate(input, target: Target, dropout) {
      const n = input.shape[0];
      // Masks are drawn for the whole batch, so that the random numbers do not depend on the size of the parts.
      const masks = new Map<string, Float32Array<ArrayBuffer>>();
      const sizes: number[] = [];
      for (let from = 0; from < n; from += largest) {
        const to = Math.min(n, from + largest);
        sizes.push(to - from);
        await inner.accumulate(
          part(input, from, to),
          { ...target, labels: target.labels.slice(from, to), wholeBatch: n },
          (layer, probability, size) => {
            const features = size / (to - from);
            const whole = masks.get(layer) ?? dropout(layer, probability, features * n);
            masks.set(layer, whole);
            return whole.slice(from * features, to * features);
          },
        );
      }
      waiting.push(sizes);
    },
    applyStep: () => inner.applyStep(),
    async takeLosses() {
      const losses = await inner.takeLosses();
      let at = 0;
      return waiting.splice(0).map((sizes) => {
        const n = sizes.reduce((sum, size) => sum + size, 0);
        return sizes.reduce((sum, size) => sum + (losses[at++] * size) / n, 0);
      });
    },
    readState: () => inner.readState(),
    writeState: (state) => inner.writeState(state),
    readOptimizer: () => inner.readOptimizer(),
    writeOptimizer: (state) => inner.writeOptimizer(state),
    memory: () => inner.memory(),
    dispose: () => inner.dispose(),
  };
}
