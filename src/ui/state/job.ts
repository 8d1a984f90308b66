/**
 * @file One run of a command as the page sees it: its reports, its numbers, its end. Stopped is not failed, and what arrives after the
 * end changes nothing.
 */
import type { Issue } from '../../base/issues';
import type { LiveMetrics, Progress, Trouble } from '../../base/job';
import type { CommandOutcome } from '../../options/outcome';

export type JobState =
  | { readonly kind: 'running'; readonly stopping: boolean; readonly progress: Progress | undefined }
  | { readonly kind: 'done' | 'stopped' | 'failed'; readonly outcome: CommandOutcome; readonly endedAt: number };

/** Reports of single batches that are kept for the curves; epochs are all kept. */
const MOST_BATCHES = 3000;

let lastNumber = 0;

export class Job {
  /** 1, 2, 3, … in the order of starting. */
  readonly number: number;
  readonly line: string;
  readonly startedAt: number;
  /** Aborts the work; also the signal that the worker hears. */
  readonly stopper = new AbortController();
  readonly #changed: () => void;
  #state: JobState = { kind: 'running', stopping: false, progress: undefined };
  #trouble: Trouble | undefined;
  #log: readonly string[] = [];
  #issues: readonly Issue[] = [];
  #epochs: readonly LiveMetrics[] = [];
  #batches: LiveMetrics[] = [];

  constructor(line: string, changed: () => void, now = Date.now()) {
    this.number = ++lastNumber;
    this.line = line;
    this.startedAt = now;
    this.#changed = changed;
  }

  get state(): JobState {
    return this.#state;
  }
  get log(): readonly string[] {
    return this.#log;
  }
  get issues(): readonly Issue[] {
    return this.#issues;
  }
  /** Numbers of the evaluations, in order. */
  get epochs(): readonly LiveMetrics[] {
    return this.#epochs;
  }
  /** Numbers of the last batches, in order. */
  get batches(): readonly LiveMetrics[] {
    return this.#batches;
  }
  /** What keeps the running work from going on, or from being kept. */
  get trouble(): Trouble | undefined {
    return this.#trouble;
  }
  get running(): boolean {
    return this.#state.kind === 'running';
  }
  /** 0…1 of the present stage; undefined before the first report. */
  get share(): number | undefined {
    const state = this.#state;
    if (state.kind !== 'running') return state.kind === 'done' ? 1 : undefined;
    const { progress } = state;
    if (progress === undefined || progress.total <= 0) return undefined;
    return Math.min(1, Math.max(0, progress.done / progress.total));
  }

  report(progress: Progress): void {
    const state = this.#state;
    if (state.kind !== 'running') return;
    this.#state = { ...state, progress: withinTraining(state.progress, progress) };
    if (progress.live !== undefined) this.#keep(progress.live);
    this.#changed();
  }

  /** Of the running work; null when it has passed. */
  meet(trouble: Trouble | null): void {
    if (!this.running) return;
    this.#trouble = trouble ?? undefined;
    this.#changed();
  }

  issue(issue: Issue): void {
    if (!this.running) return;
    this.#issues = [...this.#issues, issue];
    this.#changed();
  }

  print(line: string): void {
    if (!this.running) return;
    this.#log = [...this.#log, line];
    this.#changed();
  }

  /** Asks the work to stop; the state becomes `stopped` when it has. */
  stop(): void {
    if (this.#state.kind !== 'running' || this.#state.stopping) return;
    this.#state = { ...this.#state, stopping: true };
    this.stopper.abort();
    this.#changed();
  }

  /** The first end counts. */
  finish(outcome: CommandOutcome, now = Date.now()): void {
    if (!this.running) return;
    if (outcome.issues.length > this.#issues.length) this.#issues = outcome.issues;
    if (outcome.output.length > this.#log.length) this.#log = outcome.output;
    this.#trouble = undefined;
    this.#state = { kind: outcome.status, outcome, endedAt: now };
    this.#changed();
  }

  #keep(live: LiveMetrics): void {
    if (Object.keys(live.values).some((name) => name !== 'batch_loss')) this.#epochs = [...this.#epochs, live];
    if (live.values.batch_loss === undefined) return;
    this.#batches.push(live);
    if (this.#batches.length > MOST_BATCHES) this.#batches = this.#batches.filter((_, i) => i % 2 === 0);
  }
}

/** An evaluation between two epochs is a part of its training: the bar stays where the training is, the stage is told. */
function withinTraining(before: Progress | undefined, now: Progress): Progress {
  if (before === undefined || before.unit !== now.unit || before.done >= before.total) return now;
  return now.stage.startsWith('evaluate ') && splitOf(before.stage) === splitOf(now.stage)
    ? { ...before, stage: now.stage }
    : now;
}

/** `train split 2` → `split 2`. */
function splitOf(stage: string): string {
  return stage.slice(stage.indexOf(' ') + 1);
}
