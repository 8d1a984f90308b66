/**
 * @file A check by eye under way: the images of a sheet, the answers, and their way into the table. What was answered and is not written yet is
 * kept, and written with the next answer, or when the folder is free again.
 */
import type { Folder } from '../../folders/folder';
import type { EyeImage, EyeSheet } from '../../jobs/quality-check/by-eye';
import type { EyeAnswer } from '../../jobs/quality-check/eye-table';

const keyOf = ({ participant_id, session_id }: EyeAnswer): string => `${participant_id}\t${session_id}`;

const cell = (text: string): string => (text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text);

/** What a table can hold in one cell of one line. */
export const plainComment = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** The table as `quality-check by-eye` writes it. */
export function eyeText(answers: readonly EyeAnswer[], rater: string): string {
  const passes = new Map([
    [true, 'True'],
    [false, 'False'],
  ]);
  const lines = answers.map((answer) =>
    [
      answer.participant_id,
      answer.session_id,
      answer.pass === null ? '' : passes.get(answer.pass),
      cell(rater),
      cell(plainComment(answer.comment)),
    ].join('\t'),
  );
  return `${['participant_id\tsession_id\tpass\trater\tcomment', ...lines].join('\n')}\n`;
}

/** The open folder, as far as it is needed. */
export interface EyePlace {
  /** What the table holds now. */
  read(file: string): Promise<readonly EyeAnswer[]>;
  /** Alone in the folder. */
  edit<T>(work: (folder: Pick<Folder, 'write'>) => Promise<T>): Promise<T>;
}

export type EyeState = 'saved' | 'saving' | 'waiting';

export class EyeWork {
  readonly file: string;
  readonly rater: string;
  #images: readonly EyeImage[];
  #state: EyeState = 'saved';
  /** Why the last answers could not be written. */
  error: unknown;
  readonly #unsaved = new Map<string, Pick<EyeAnswer, 'pass' | 'comment'>>();
  readonly #changed: () => void;
  #writing: Promise<void> | undefined;

  constructor({ file, rater, images }: EyeSheet, changed: () => void) {
    this.file = file;
    this.rater = rater;
    this.#images = images;
    this.#changed = changed;
  }

  get images(): readonly EyeImage[] {
    return this.#images;
  }
  get state(): EyeState {
    return this.#state;
  }

  /** Numbers of images: with an answer, and rejected. */
  get counts(): { readonly answered: number; readonly rejected: number } {
    return {
      answered: this.#images.filter(({ pass }) => pass !== null).length,
      rejected: this.#images.filter(({ pass }) => pass === false).length,
    };
  }

  /** The first image after `at` without an answer, else the first of all; −1 when all have one. */
  nextOpen(at: number): number {
    const after = this.#images.findIndex(({ pass }, i) => i > at && pass === null);
    return after >= 0 ? after : this.#images.findIndex(({ pass }) => pass === null);
  }

  /** Takes an answer, and writes it. Resolves when it is written or waits; never rejects. */
  answer(at: number, change: Partial<Pick<EyeAnswer, 'pass' | 'comment'>>, place: EyePlace): Promise<void> {
    const image = { ...this.#images[at], ...change };
    this.#images = this.#images.with(at, image);
    this.#unsaved.set(keyOf(image), { pass: image.pass, comment: image.comment });
    return this.save(place);
  }

  /** Writes what is not written, one after the other. */
  async save(place: EyePlace): Promise<void> {
    this.#changed();
    if (this.#writing !== undefined) return this.#writing;
    this.#writing = this.#write(place);
    try {
      await this.#writing;
    } finally {
      this.#writing = undefined;
    }
  }

  async #write(place: EyePlace): Promise<void> {
    this.#state = 'saving';
    try {
      while (this.#unsaved.size > 0) {
        const taken = [...this.#unsaved];
        const answers = new Map(taken);
        await place.edit(async (folder) => {
          // What the table holds besides stays: another tab of the same rater may have answered.
          const now = await place.read(this.file);
          const merged = now.map((row) => ({ ...row, ...answers.get(keyOf(row)) }));
          await folder.write(this.file, new TextEncoder().encode(eyeText(merged, this.rater)));
        });
        for (const [key, answer] of taken) if (this.#unsaved.get(key) === answer) this.#unsaved.delete(key);
      }
      this.#state = 'saved';
      this.error = undefined;
    } catch (error) {
      this.#state = 'waiting';
      this.error = error;
    }
    this.#changed();
  }
}
