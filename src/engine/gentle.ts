/** @file Executors that pause, for battery and heat: half of the time the device rests. */
import type { Executor, ExecutorFactory } from './executor';
import { forwarded } from './forwarded';

/** A rest is never longer: the page shall not seem to hang. */
const LONGEST_MS = 1000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** After each batch they rest as long as it took, while `wanted` says so. Numbers are the same. */
export function gentle(factory: ExecutorFactory, wanted: () => boolean, rest = sleep): ExecutorFactory {
  return async (request) => {
    const inner = await factory(request);
    const then = async <T>(work: Promise<T>): Promise<T> => {
      const begin = performance.now();
      const result = await work;
      if (wanted()) await rest(Math.min(LONGEST_MS, performance.now() - begin));
      return result;
    };
    return {
      ...forwarded(inner),
      predict: (input, draws) => then(inner.predict(input, draws)),
      explain: (input, channel, draws) => then(inner.explain(input, channel, draws)),
      accumulate: (input, target, draws) => then(inner.accumulate(input, target, draws)),
      // A device that works on its own has finished only then.
      takeLosses: () => then(inner.takeLosses()),
    } satisfies Executor;
  };
}
