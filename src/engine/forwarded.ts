/** @file What executors around executors have in common: every call goes on to the one inside, but for those that they change. */
import type { Executor } from './executor';

export function forwarded(inner: Executor): Executor {
  return {
    backend: inner.backend,
    network: inner.network,
    predict: (...given) => inner.predict(...given),
    explain: (...given) => inner.explain(...given),
    accumulate: (...given) => inner.accumulate(...given),
    applyStep: () => inner.applyStep(),
    ...(inner.submitted === undefined ? {} : { submitted: () => inner.submitted!() }),
    ...(inner.kernelTimes === undefined ? {} : { kernelTimes: inner.kernelTimes }),
    setLearningRate: (rate) => inner.setLearningRate(rate),
    takeLosses: () => inner.takeLosses(),
    readState: () => inner.readState(),
    writeState: (state) => inner.writeState(state),
    readOptimizer: () => inner.readOptimizer(),
    writeOptimizer: (state) => inner.writeOptimizer(state),
    memory: () => inner.memory(),
    dispose: () => inner.dispose(),
  };
}
