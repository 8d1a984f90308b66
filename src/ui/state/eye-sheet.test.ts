import { describe, expect, it } from 'vitest';
import { memoryFolder } from '../../folders/memory-folder';
import { type EyeAnswer, printEyeTable, readEyeTable } from '../../jobs/quality-check/eye-table';
import { type EyePlace, EyeWork, eyeText, plainComment } from './eye-sheet';

const answers: readonly EyeAnswer[] = [
  { participant_id: 'sub-A', session_id: 'ses-M000', pass: true, comment: '' },
  { participant_id: 'sub-B', session_id: 'ses-M000', pass: false, comment: 'the "left" side' },
  { participant_id: 'sub-C', session_id: 'ses-M006', pass: null, comment: '' },
];
const open = answers.map((answer) => ({ ...answer, pass: null, comment: '', path: 'x.nii' }));

async function place(): Promise<{ place: EyePlace; text: () => Promise<string>; refuse: { now: boolean } }> {
  const folder = memoryFolder('f');
  await folder.write('eye.tsv', printEyeTable(open, 'AB'));
  const refuse = { now: false };
  return {
    place: {
      read: async (file) => (await readEyeTable(folder, file)).answers,
      edit: async (work) => {
        if (refuse.now) throw new Error('another command works here');
        return work(folder);
      },
    },
    text: async () => new TextDecoder().decode(await folder.read('eye.tsv')),
    refuse,
  };
}

describe('the table of a check by eye', () => {
  it('is written as the command writes it', () => {
    expect(eyeText(answers, 'A "B"')).toBe(new TextDecoder().decode(printEyeTable(answers, 'A "B"')));
  });

  it('holds a comment in one line', () => {
    expect(plainComment(' a\tb\r\n c ')).toBe('a b c');
  });

  it('gets each answer, and keeps what another tab wrote', async () => {
    const { place: where, text } = await place();
    const work = new EyeWork({ file: 'eye.tsv', rater: 'AB', images: open }, () => {});
    await work.answer(1, { pass: false, comment: 'tilted' }, where);
    const other = new EyeWork({ file: 'eye.tsv', rater: 'AB', images: open }, () => {});
    await other.answer(0, { pass: true }, where);
    const row = (name: string, rest: string): string => `${name}\t${rest}`;
    expect(await text()).toBe(
      `participant_id\tsession_id\tpass\trater\tcomment\n${row('sub-A', 'ses-M000\tTrue\tAB\t')}\n${row('sub-B', 'ses-M000\tFalse\tAB\ttilted')}\n${row('sub-C', 'ses-M006\t\tAB\t')}\n`,
    );
    expect(work.counts).toEqual({ answered: 1, rejected: 1 });
    expect(work.nextOpen(1)).toBe(2);
    expect(work.nextOpen(2)).toBe(0);
  });

  it('loses no answer while the folder is in use, nor one that is given while another is written', async () => {
    const { place: where, text, refuse } = await place();
    const work = new EyeWork({ file: 'eye.tsv', rater: 'AB', images: open }, () => {});
    refuse.now = true;
    await work.answer(0, { pass: true }, where);
    expect(work.state).toBe('waiting');
    expect(await text()).not.toContain('True');
    refuse.now = false;
    await Promise.all([work.answer(1, { pass: false }, where), work.answer(2, { pass: true }, where)]);
    expect(work.state).toBe('saved');
    expect((await text()).match(/True|False/g)).toEqual(['True', 'False', 'True']);
  });
});
