/**
 * @file What a job does when folder or disk fail in the middle of it: it waits and tries again, at the person's word and every few
 * seconds by itself, and goes on where it was. Nothing that it had computed is lost.
 */
import { AppError, passingCodes } from '../base/errors';
import type { Trouble } from '../base/job';

export const TRIAL_INTERVAL_MS = 2000;

const none = { files: 0, bytes: 0 } as const;

/** What may pass; where a file is written, also that another program holds it. */
export function mayPass(error: unknown, action: 'read' | 'write'): error is AppError {
  if (!(error instanceof AppError)) return false;
  return passingCodes.includes(error.code) || (action === 'write' && error.code === 'file-unreadable');
}

export interface PatienceOptions {
  readonly signal: AbortSignal;
  /** The most urgent trouble, or that there is none now. */
  tell(trouble: Trouble | null): void;
  /** Trials, one after each pause, before the error is thrown: a script is not there to help. */
  readonly trials: number;
  /** The pause between trials; rejects when the job is stopped. */
  pause(signal: AbortSignal): Promise<void>;
}

/** Resolves after the interval of trials. Rejects with AbortError at an abort. */
export function pauseBetweenTrials(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, TRIAL_INTERVAL_MS);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** The troubles of one job. */
export class Patience {
  readonly #options: PatienceOptions;
  readonly #waiting = new Map<symbol, AppError>();
  readonly #going = new Map<string, Trouble>();
  #wake: (() => void)[] = [];

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** The person says that the trouble may be over. */
  again(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** Tries work again and again while it fails for what may pass; other errors come through at once. */
  async through<T>(action: 'read' | 'write', work: () => Promise<T>): Promise<T> {
    const { signal, trials } = this.#options;
    const own = Symbol('work');
    try {
      for (let trial = 0; ; trial++) {
        try {
          return await work();
        } catch (error) {
          if (!mayPass(error, action) || trial >= trials) throw error;
          signal.throwIfAborted();
          this.#waiting.set(own, error);
          this.#tell();
          await this.#pause();
        }
      }
    } finally {
      if (this.#waiting.delete(own)) this.#tell();
    }
  }

  /** Tells of a trouble that the work goes on with, under a name of its own; null: it has passed. */
  meanwhile(name: string, error: AppError | null, unwritten: Trouble['unwritten'] = none): void {
    if (error === null && !this.#going.has(name)) return;
    if (error === null) this.#going.delete(name);
    else this.#going.set(name, { ...textOf(error), waits: false, unwritten });
    this.#tell();
  }

  async #pause(): Promise<void> {
    const over = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, over.signal]);
    const word = new Promise<void>((resolve) => this.#wake.push(resolve));
    const pause = this.#options.pause(signal);
    pause.catch(() => {}); // given up when the word comes first
    await Promise.race([word, pause]);
    over.abort();
  }

  #tell(): void {
    const [waiting] = this.#waiting.values();
    const going = [...this.#going.values()].sort((a, b) => b.unwritten.files - a.unwritten.files);
    const unwritten = going[0]?.unwritten ?? none;
    if (waiting !== undefined) this.#options.tell({ ...textOf(waiting), waits: true, unwritten });
    else this.#options.tell(going[0] ?? null);
  }
}

function textOf({ code, message, hint }: AppError): Pick<Trouble, 'code' | 'message' | 'hint'> {
  return { code, message, hint };
}
