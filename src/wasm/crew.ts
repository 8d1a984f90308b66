/** @file Helper threads, which teams hire and give back: to start one takes longer than many an epoch. */
import type { TeamCall } from './help';

/** A thread that runs. `free` is called when its team is dissolved. */
export interface Helper {
  send(call: TeamCall, free: () => void): void;
}

export class Crew {
  /** Half of the threads, for battery and heat. */
  gentle = false;
  readonly #most: number;
  readonly #start: () => Promise<Helper>;
  readonly #free: Helper[] = [];

  /** @param start resolves when the thread runs; rejects where it cannot: a team does with those that come */
  constructor(threads: number, start: () => Promise<Helper>) {
    this.#most = threads;
    this.#start = start;
  }

  /** Of a team that is made now, the one that asks included. */
  get threads(): number {
    return this.gentle ? Math.ceil(this.#most / 2) : this.#most;
  }

  /** Lets `threads` − 1 helpers join a team. */
  async hire(call: Omit<TeamCall, 'thread' | 'threads'>): Promise<void> {
    const { threads } = this;
    const places = Array.from({ length: threads - 1 }, (_, i) => i + 1);
    await Promise.allSettled(
      places.map(async (thread) => {
        const helper = this.#free.pop() ?? (await this.#start());
        helper.send({ ...call, thread, threads }, () => this.#free.push(helper));
      }),
    );
  }
}

/** No helpers. */
export const alone = new Crew(1, () => Promise.reject(new Error('nobody helps one who works alone')));
