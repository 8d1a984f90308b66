/** @file How long a device was without work: what a training waits for shows here. */
import type { Executor } from './executor';
import { forwarded } from './forwarded';

/** Milliseconds. */
export interface Mark {
  readonly at: number;
  /** Of the time until then, with work under way. */
  readonly busy: number;
}

export class WorkTrace {
  readonly #now: () => number;
  #underWay = 0;
  #since = 0;
  #busy = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  begin(): void {
    if (this.#underWay++ === 0) this.#since = this.#now();
  }

  end(): void {
    if (--this.#underWay === 0) this.#busy += this.#now() - this.#since;
  }

  mark(): Mark {
    const at = this.#now();
    return { at, busy: this.#busy + (this.#underWay > 0 ? at - this.#since : 0) };
  }
}

/** Share of the time between two marks without work, 0 to 1. */
export function idleShare(from: Mark, to: Mark): number {
  return to.at === from.at ? 0 : 1 - (to.busy - from.busy) / (to.at - from.at);
}

/** The executor, whose work goes into the trace until the device has finished it. */
export function traced(inner: Executor, trace: WorkTrace): Executor {
  const noted = async <T>(begin: () => Promise<T>): Promise<T> => {
    trace.begin();
    const work = begin();
    const finished = async (): Promise<void> => {
      await work;
      await inner.submitted?.();
    };
    finished().then(
      () => trace.end(),
      () => trace.end(),
    );
    return work;
  };
  return {
    ...forwarded(inner),
    predict: (input, draws) => noted(() => inner.predict(input, draws)),
    explain: (input, channel, draws) => noted(() => inner.explain(input, channel, draws)),
    accumulate: (input, target, draws) => noted(() => inner.accumulate(input, target, draws)),
    applyStep: () => noted(() => inner.applyStep()),
  };
}
