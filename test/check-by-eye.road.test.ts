/** @file Checks by eye: the table that a rater fills, who is left out by it, and two raters compared. */
import { beforeEach, describe, expect, it } from 'vitest';
import { niftiOf, writePet } from './quality-study';
import type { Road } from './road';
import { tinyParticipant, tinyRoad, writeText } from './road-study';

let study: Road;
beforeEach(async () => {
  study = await tinyRoad();
});

const line = (more = '', table = 'eye.tsv'): string =>
  `clinicadl quality-check by-eye caps t1-linear ${table} --rater AB ${more}`;
const rowsOf = (text: string): string[][] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((row) => row.split('\t'));

describe('quality-check by-eye', () => {
  it('writes every image once, in an order that the seed alone decides, with nothing but the rater', async () => {
    await study.must(line());
    const [head, ...rows] = rowsOf(await study.text('eye.tsv'));
    expect(head).toEqual(['participant_id', 'session_id', 'pass', 'rater', 'comment']);
    const names = rows.map(([name]) => name!);
    const people = Array.from({ length: 12 }, (_, i) => tinyParticipant(i));
    expect([...names].sort()).toEqual(people);
    expect(names).not.toEqual(people);
    expect(rows.every(([, , pass, rater, comment]) => pass === '' && rater === 'AB' && comment === '')).toBe(true);
    await writeText(
      study.workspace,
      'turned.tsv',
      `participant_id\tsession_id\n${[...people]
        .reverse()
        .map((name) => `${name}\tses-M000\n`)
        .join('')}`,
    );
    await study.must(line('--participants_tsv turned.tsv', 'turned_eye.tsv'));
    expect(await study.text('turned_eye.tsv')).toBe(await study.text('eye.tsv'));
    await study.must(line('--seed 1', 'other.tsv'));
    expect(await study.text('other.tsv')).not.toBe(await study.text('eye.tsv'));
  });

  it('goes on with a table that is there: answers and order stay, new images come after, rows without an image stay too', async () => {
    const written = `participant_id\tsession_id\tpass\trater\tcomment\n${tinyParticipant(5)}\tses-M000\tFalse\tAB\tturned, "tilted"\nsub-Gone\tses-M000\tTrue\tAB\t\n${tinyParticipant(1)}\tses-M000\tTrue\tAB\t\n`;
    await writeText(study.workspace, 'eye.tsv', written);
    const { issues, result } = await study.must(line());
    const text = await study.text('eye.tsv');
    const rows = rowsOf(text);
    expect(rows.slice(1, 3).map(([name, , pass]) => [name, pass])).toEqual([
      [tinyParticipant(5), 'False'],
      [tinyParticipant(1), 'True'],
    ]);
    expect(text).toContain('"turned, ""tilted"""');
    expect(rows.at(-1)!.slice(0, 3)).toEqual(['sub-Gone', 'ses-M000', 'True']);
    expect(rows).toHaveLength(14);
    expect(result).toMatchObject({ images: 12, answered: 2 });
    expect(issues.find(({ code }) => code === 'eye-sessions-gone')?.message).toContain('sub-Gone | ses-M000');
    await study.must(line());
    expect(await study.text('eye.tsv')).toBe(text);
  });

  it('leaves out by name whoever did not pass, or was not looked at', async () => {
    const row = (i: number, pass: string): string => `${tinyParticipant(i)}\tses-M000\t${pass}\tAB\t\n`;
    const table = `participant_id\tsession_id\tpass\trater\tcomment\n${row(0, 'True')}${row(1, 'False')}${row(2, '')}${row(3, 'True')}`;
    await writeText(study.workspace, 'eye.tsv', table);
    const { issues, result } = await study.must(
      'clinicadl prepare-data image caps t1-linear --extract_json sound --subjects_sessions_tsv eye.tsv',
    );
    expect(result).toMatchObject({ sessions: 2 });
    const told = issues.find(({ code }) => code === 'quality-failed');
    expect(told?.message).toContain(
      `2 of its 4 session(s) did not pass and are left out: ${tinyParticipant(1)} | ses-M000, ${tinyParticipant(2)} | ses-M000.`,
    );
  });

  it('a table without a column "pass" of a check takes part as it is', async () => {
    const table = `participant_id\tsession_id\tpass\n${tinyParticipant(0)}\tses-M000\tFalse\n`;
    await writeText(study.workspace, 'plain.tsv', table);
    const { result, issues } = await study.must(
      'clinicadl prepare-data image caps t1-linear --extract_json plain --subjects_sessions_tsv plain.tsv',
    );
    expect(result).toMatchObject({ sessions: 1 });
    expect(issues).toEqual([]);
  });

  it('needs a rater, and options of the kind of image', async () => {
    const bare = 'clinicadl quality-check by-eye caps';
    expect((await study.run(`${bare} t1-linear eye.tsv`)).error?.code).toBe('option-needed');
    expect((await study.run(`${bare} pet-linear eye.tsv --rater AB`)).error?.code).toBe('option-needed');
    expect((await study.run(`${bare} t1-linear eye.tsv --rater AB --tracer 18FFDG`)).error?.code).toBe('option-of-modality');
    expect(await study.workspace.kindOf('eye.tsv')).toBeUndefined();
  });
});

describe('quality-check compare', () => {
  const table = (rater: string, answers: readonly string[]): string =>
    `participant_id\tsession_id\tpass\trater\tcomment\n${answers.map((pass, i) => `${tinyParticipant(i)}\tses-M000\t${pass}\t${rater}\t\n`).join('')}`;
  const answers = (letters: string): string[] => [...letters].map((letter) => ({ y: 'True', n: 'False' })[letter] ?? '');

  it('tells kappa with n and the table, whoever answered alone, and writes what the two differ about', async () => {
    await writeText(study.workspace, 'a.tsv', table('AB', answers('yyyyynnny.')));
    await writeText(study.workspace, 'b.tsv', table('CD', answers('yyyynnnyyn')));
    const { result, issues, output } = await study.must('clinicadl quality-check compare a.tsv b.tsv --output_tsv differ.tsv');
    // 5 both, 1 only first, 1 only second, 2 neither: po = 7/9, pe = (6·6 + 3·3)/81.
    const kappa = (7 / 9 - 45 / 81) / (1 - 45 / 81);
    expect(result).toMatchObject({
      agreement: {
        n: 9,
        table: [
          [5, 1],
          [1, 2],
        ],
      },
      alone: 1,
    });
    expect((result as { agreement: { kappa: number } }).agreement.kappa).toBeCloseTo(kappa, 12);
    expect(output.join('\n')).toContain(
      `kappa is ${kappa.toFixed(3)} (n = 9: both pass 5, only the first 1, only the second 1, neither 2)`,
    );
    expect(issues.find(({ code }) => code === 'compare-alone')?.message).toContain(tinyParticipant(9));
    expect(rowsOf(await study.text('differ.tsv')).map((row) => row.slice(0, 4))).toEqual([
      ['participant_id', 'session_id', 'first', 'second'],
      [tinyParticipant(4), 'ses-M000', 'True', 'False'],
      [tinyParticipant(7), 'ses-M000', 'False', 'True'],
    ]);
  });

  it('has no kappa where one rater used a single answer', async () => {
    await writeText(study.workspace, 'a.tsv', table('AB', answers('yyyy')));
    await writeText(study.workspace, 'b.tsv', table('CD', answers('yyny')));
    const { result, output } = await study.must('clinicadl quality-check compare a.tsv b.tsv');
    expect(result).toMatchObject({ agreement: { kappa: null, observed: 0.75, n: 4 } });
    expect(output.join('\n')).toContain('undefined, since one rater used a single answer');
  });
});

describe('images without an answer', () => {
  it('do not pass, are told, and come last', async () => {
    await writePet(study.workspace);
    const path = (n: number): string =>
      `pet/subjects/sub-P${n}/ses-M006/pet_linear/sub-P${n}_ses-M006_trc-18FFDG_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_suvr-pons_pet.nii.gz`;
    await study.workspace.write(
      path(0),
      niftiOf([25, 31, 27], () => 7),
    );
    await study.workspace.write(
      path(2),
      niftiOf([25, 31, 27], (i) => (i === 3 ? Number.NaN : i)),
    );
    const { issues } = await study.must(
      'clinicadl quality-check pet-linear pet pet.tsv 18FFDG pons --threshold 0.1 --pet_contour files/contour.nii.gz',
    );
    const rows = rowsOf(await study.text('pet.tsv')).slice(1);
    expect(rows.map(([name, , , pass]) => [name, pass])).toEqual([
      ['sub-P1', 'True'],
      ['sub-P3', 'True'],
      ['sub-P0', 'False'],
      ['sub-P2', 'False'],
    ]);
    expect(rows.slice(2).every(([, , probability]) => probability === '')).toBe(true);
    expect(issues.filter(({ code }) => code === 'quality-no-answer').map(({ where }) => where)).toEqual([
      'sub-P0 | ses-M006',
      'sub-P2 | ses-M006',
    ]);
  });

  it('a damaged image ends the command with its name, and nothing is written', async () => {
    await writePet(study.workspace);
    const broken =
      'pet/subjects/sub-P1/ses-M006/pet_linear/sub-P1_ses-M006_trc-18FFDG_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_suvr-pons_pet.nii.gz';
    const whole = await study.workspace.read(broken);
    await study.workspace.write(broken, new Uint8Array(whole.subarray(0, whole.length - 200)));
    const { error } = await study.run(
      'clinicadl quality-check pet-linear pet pet.tsv 18FFDG pons --pet_contour files/contour.nii.gz',
    );
    expect(error?.where).toContain('sub-P1');
    expect(await study.workspace.kindOf('pet.tsv')).toBeUndefined();
  });
});
