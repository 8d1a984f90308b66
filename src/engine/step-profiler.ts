/**
 * @file The times of some training steps: what the processor does, by its clock, and the kernels of the device, by the device's own clock
 * where it has one. As PyTorch's profiler in ClinicaDL 1.6.1: two steps idle, two to warm up, then thirty that are recorded.
 */
import type { Executor, KernelTime } from './executor';
import { forwarded } from './forwarded';

const leftOutSteps = 4;
const recordedSteps = 30;

/** Milliseconds of the clock that it belongs to. */
export type Span = KernelTime;

export interface StepProfile {
  readonly backend: Executor['backend'];
  /** Number of the first recorded step, from 0. */
  readonly first: number;
  /** From the beginning of a batch to that of the next. */
  readonly steps: readonly Span[];
  /** What the processor calls, inside of the steps, in order. */
  readonly calls: readonly Span[];
  /** Work under way on the device, as the processor sees it: from the first call of a step until the device has finished. */
  readonly work: readonly Span[];
  /** Of each submit, by the clock of the device; null where it has none that can be read. */
  readonly kernels: readonly (readonly Span[])[] | null;
  /** Kernels that were not timed, because a step has more of them than can be. */
  readonly kernelsLeftOut: number;
}

export class StepProfiler {
  readonly #now: () => number;
  #write: ((profile: StepProfile) => Promise<void>) | undefined;
  #seen = 0;
  #steps: Span[] = [];
  #calls: Span[] = [];
  #work: Promise<number>[] = [];
  #began: number[] = [];
  #executor: Executor | undefined;

  readonly #passes: number;
  #pass = 0;

  /** `passes`: batches that are given for each step. */
  constructor(now: () => number = () => performance.now(), passes = 1) {
    this.#now = now;
    this.#passes = passes;
  }

  /** Begins with the training of one network; `write` gets the profile as soon as it is whole. */
  start(write: (profile: StepProfile) => Promise<void>): void {
    [this.#write, this.#seen, this.#pass] = [write, 0, 0];
    [this.#steps, this.#calls, this.#work, this.#began] = [[], [], [], []];
  }

  /** The training is over: writes what was recorded, if it was not written before. False when there was nothing. */
  async finish(): Promise<boolean> {
    await this.#end();
    return this.#seen > leftOutSteps;
  }

  get #recording(): boolean {
    return this.#write !== undefined && this.#seen > leftOutSteps;
  }

  profiled(inner: Executor): Executor {
    this.#executor = inner;
    const called = async <T>(name: string, call: () => Promise<T>): Promise<T> => {
      if (!this.#recording) return call();
      const from = this.#now();
      const result = await call();
      this.#calls.push({ name, from, to: this.#now() });
      return result;
    };
    return {
      ...forwarded(inner),
      predict: (input, draws) => called('evaluate', () => inner.predict(input, draws)),
      accumulate: async (input, target, draws) => {
        if (this.#pass++ % this.#passes === 0) await this.#beginStep();
        await called('accumulate', () => inner.accumulate(input, target, draws));
        if (inner.submitted === undefined) this.#follow(undefined);
      },
      applyStep: async () => {
        await called('applyStep', () => inner.applyStep());
        this.#follow(inner.submitted?.());
      },
    };
  }

  async #beginStep(): Promise<void> {
    if (this.#write === undefined) return;
    if (this.#seen === leftOutSteps + recordedSteps) {
      await this.#end();
      return;
    }
    const from = this.#now();
    this.#closeStep(from);
    this.#seen++;
    if (!this.#recording) return;
    if (this.#seen === leftOutSteps + 1) this.#executor?.kernelTimes?.begin();
    this.#began.push(from);
  }

  #closeStep(to: number): void {
    const from = this.#began.at(-1);
    if (from !== undefined && this.#steps.length < this.#began.length)
      this.#steps.push({ name: `step ${this.#seen - 1}`, from, to });
  }

  /** Notes when the device has finished what it was given. */
  #follow(finished: Promise<void> | undefined): void {
    if (!this.#recording || this.#work.length === this.#began.length) return;
    const done = (finished ?? Promise.resolve()).then(() => this.#now());
    done.catch(() => {}); // told where it is awaited
    while (this.#work.length < this.#began.length) this.#work.push(done);
  }

  async #end(): Promise<void> {
    const [write, executor] = [this.#write, this.#executor];
    this.#write = undefined;
    if (write === undefined || executor === undefined || this.#began.length === 0) return;
    this.#closeStep(this.#now());
    const ends = await Promise.all(this.#work);
    const times = await executor.kernelTimes?.end();
    let before = Number.NEGATIVE_INFINITY;
    const work = ends.map((to, i): Span => {
      // The device does one thing after the other.
      const from = Math.min(to, Math.max(before, this.#began[i]));
      before = to;
      return { name: `work of step ${leftOutSteps + i}`, from, to };
    });
    await write({
      backend: executor.backend,
      first: leftOutSteps,
      steps: this.#steps,
      calls: this.#calls,
      work,
      kernels: times?.submits ?? null,
      kernelsLeftOut: times?.leftOut ?? 0,
    });
  }
}
