/**
 * @file Executors that let go at once when the work is stopped: a device may need seconds to compile a network or to end a step. What
 * it was doing is awaited by nobody; `dispose` frees it.
 */
import type { Executor, ExecutorFactory } from './executor';
import { forwarded } from './forwarded';

/** What the work resolves to, unless the signal comes first; after it no work is begun. */
async function until<T>(signal: AbortSignal, begin: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const work = begin();
  work.catch(() => {}); // after a stop nobody asks
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Rejects with the signal's reason as soon as it is aborted; an executor that is made too late is disposed of. */
export function stoppable(factory: ExecutorFactory, signal: AbortSignal): ExecutorFactory {
  return async (request) => {
    signal.throwIfAborted();
    const making = factory(request);
    const made = await until(signal, () => making).catch((error: unknown) => {
      making.then(
        (executor) => executor.dispose(),
        () => {},
      );
      throw error;
    });
    return letGo(made, signal);
  };
}

function letGo(inner: Executor, signal: AbortSignal): Executor {
  return {
    ...forwarded(inner),
    predict: (input, draws) => until(signal, () => inner.predict(input, draws)),
    explain: (input, channel, draws) => until(signal, () => inner.explain(input, channel, draws)),
    accumulate: (input, target, draws) => until(signal, () => inner.accumulate(input, target, draws)),
    applyStep: () => until(signal, () => inner.applyStep()),
    ...(inner.submitted === undefined ? {} : { submitted: () => until(signal, () => inner.submitted!()) }),
    takeLosses: () => until(signal, () => inner.takeLosses()),
    readState: () => until(signal, () => inner.readState()),
    writeState: (state) => until(signal, () => inner.writeState(state)),
    readOptimizer: () => until(signal, () => inner.readOptimizer()),
    writeOptimizer: (state) => until(signal, () => inner.writeOptimizer(state)),
  };
}
