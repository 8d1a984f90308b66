/** @file Several commands one after the other, with the state of each: the sample study. A stop or a failure ends the chain. */
import type { CommandOutcome, OutcomeError } from '../../options/outcome';
import type { SampleStep } from '../sample-study';

export interface ChainStep extends SampleStep {
  readonly state: 'waiting' | 'running' | 'done' | 'stopped' | 'failed';
  /** Of a finished step. */
  readonly seconds?: number;
  readonly error?: OutcomeError;
}

export type ChainState = 'idle' | 'running' | 'done' | 'stopped' | 'failed';

export class Chain {
  #steps: readonly ChainStep[] = [];
  #state: ChainState = 'idle';
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get steps(): readonly ChainStep[] {
    return this.#steps;
  }
  get state(): ChainState {
    return this.#state;
  }

  /** Runs the steps in order; a second call while they run does nothing. */
  async start(steps: readonly SampleStep[], run: (line: string) => Promise<CommandOutcome>): Promise<void> {
    if (this.#state === 'running') return;
    this.#state = 'running';
    this.#steps = steps.map((step) => ({ ...step, state: 'waiting' }));
    for (const [i, { line }] of steps.entries()) {
      this.#set(i, { state: 'running' });
      const started = Date.now();
      const { status, error } = await run(line);
      this.#set(i, { state: status, seconds: (Date.now() - started) / 1000, ...(error === undefined ? {} : { error }) });
      if (status !== 'done') {
        this.#end(status);
        return;
      }
    }
    this.#end('done');
  }

  #set(index: number, change: Partial<ChainStep>): void {
    this.#steps = this.#steps.map((step, i) => (i === index ? { ...step, ...change } : step));
    this.#changed();
  }

  #end(state: ChainState): void {
    this.#state = state;
    this.#changed();
  }
}
