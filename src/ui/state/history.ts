/** @file Lines typed in the console, oldest first, walked with the arrow keys; what was being typed is kept below the newest. */

const MOST = 100;

export class History {
  readonly #lines: string[];
  #draft = '';
  /** Place in the walk; the number of lines is the draft. */
  #at: number;

  constructor(lines: readonly string[] = []) {
    this.#lines = lines.slice(-MOST);
    this.#at = this.#lines.length;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** A line was run: it becomes the newest, and the walk starts anew. */
  add(line: string): void {
    if (this.#lines.at(-1) !== line) this.#lines.push(line);
    if (this.#lines.length > MOST) this.#lines.shift();
    this.#draft = '';
    this.#at = this.#lines.length;
  }

  /** The line before (−1) or after (1) the one shown; undefined at the ends. */
  step(by: -1 | 1, shown: string): string | undefined {
    const to = this.#at + by;
    if (to < 0 || to > this.#lines.length) return undefined;
    if (this.#at === this.#lines.length) this.#draft = shown;
    this.#at = to;
    return to === this.#lines.length ? this.#draft : this.#lines[to];
  }
}
