/** @file `leak-check` on whole studies: each way in which data leak, played on the tiny study, beside its honest twin; the run journal. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LeakFinding, LeakKind } from '../src/jobs/leaks/finding';
import type { LeakReport } from '../src/jobs/leaks/look-for-leaks';
import { copyIntoFolder } from './disk-folder';
import { anyWorld, expectSilence, expectTruth, soundWorld } from './leak-worlds';
import type { Road } from './road';
import { cells, contentOf } from './road-files';
import { expectRefused } from './road-refusals';
import { copyOf } from './road-stops';
import {
  goldenRoad,
  imagePath,
  niftiFile,
  tinyParticipant,
  tinyRoad,
  tinyShape,
  tinyTraining,
  tinyVoxels,
  writeText,
} from './road-study';

const table = (people: readonly (readonly [string, string])[], more: readonly string[] = [], column = ''): string =>
  [
    ['participant_id', 'session_id', 'diagnosis', ...(column === '' ? [] : [column])].join('\t'),
    ...people.map(([participant, session], i) => {
      const diagnosis = Number(participant.slice(-2)) % 2 === 0 ? 'AD' : 'CN';
      return [participant, session, diagnosis, ...(column === '' ? [] : [more[i]])].join('\t');
    }),
    '',
  ].join('\n');

const rowsOf = (numbers: readonly number[], session = 'ses-M000'): (readonly [string, string])[] =>
  numbers.map((i) => [tinyParticipant(i), session]);
const predict = (group: string, file: string, more = ''): string =>
  `clinicadl predict maps ${group} --caps_directory caps --participants_tsv ${file} ${more}`;

async function findings(study: Road, line = 'clinicadl leak-check maps'): Promise<ReadonlyMap<LeakKind, LeakFinding>> {
  const { result } = await study.must(line);
  return new Map((result as LeakReport).findings.map((finding) => [finding.kind, finding]));
}

const leaks = (found: ReadonlyMap<LeakKind, LeakFinding>): LeakKind[] =>
  [...found.values()].filter(({ answer }) => answer === 'leak').map(({ kind }) => kind);
const sentences = (finding: LeakFinding | undefined): string =>
  (finding?.evidence ?? []).map(({ sentence }) => sentence).join('\n');

interface Line {
  readonly event: string;
  readonly [key: string]: unknown;
}
const journalOf = async (study: Road, maps = 'maps'): Promise<Line[]> =>
  (await study.text(`${maps}/journal.jsonl`))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe('a MAPS', () => {
  let honest: Road;
  beforeAll(async () => {
    honest = await tinyRoad();
    await honest.must(tinyTraining('maps', '--epochs 1'));
    await honest.must(predict('test', 'tsv/test.tsv'));
  });

  it('that is sound: nothing is found, and what is not on the disk cannot be judged', async () => {
    const before = await contentOf(honest.workspace);
    const found = await findings(honest);
    expect([...found].map(([kind, { answer }]) => [kind, answer])).toEqual([
      ['participants', 'none'],
      ['sessions', 'none'],
      ['twins', 'none'],
      ['selection', 'none'],
      ['transfer', 'none'],
      ['cut', 'none'],
      ['ensemble', 'none'],
      ['site', 'unknown'],
    ]);
    expect(sentences(found.get('twins'))).toBe('The voxels of 12 images were compared.');
    expect(await contentOf(honest.workspace)).toEqual(before);
  });

  it('has a journal of what was done in which order, without names and places', async () => {
    const lines = await journalOf(honest);
    expect(lines.map(({ event }) => event)).toEqual(['train', 'trained', 'predict']);
    expect(lines[0]).toMatchObject({ splits: [0], metrics: ['loss'], begins: { with: 'drawn weights' } });
    expect(lines[2]).toMatchObject({ group: 'test', split: 0, metric: 'loss', labelled: true, participants: 2, sessions: 2 });
    expect(lines[2].time).toBe(new Date(2026, 10, 21, 2, 17, 29).toISOString());
    expect(await honest.text('maps/journal.jsonl')).not.toMatch(/sub-|\//);
    const study = await copyOf(honest);
    await study.must('clinicadl interpret maps test bp gradients --overwrite_name');
    await study.must('clinicadl export-onnx maps model.onnx');
    await study.must('clinicadl export-model maps model');
    await study.must('clinicadl train resume maps --anew');
    expect((await journalOf(study)).slice(3).map(({ event }) => event)).toEqual([
      'interpret',
      'export',
      'export',
      'resume',
      'trained',
    ]);
    expect(await study.workspace.kindOf('model/journal.jsonl')).toBeUndefined();
  });

  it('whose group shares a participant, another session, and a twin image', async () => {
    const study = await copyOf(honest);
    await study.workspace.write(imagePath('sub-P01', 'ses-M012'), niftiFile(tinyShape, tinyVoxels(40)));
    await study.workspace.write(imagePath('sub-P12'), niftiFile(tinyShape, tinyVoxels(6)));
    await study.must('clinicadl prepare-data image caps t1-linear --extract_json again');
    await writeText(study.workspace, 'leak.tsv', table([...rowsOf([0, 12]), ...rowsOf([1], 'ses-M012')]));
    await study.must(predict('leak', 'leak.tsv', '--skip_leak_check'));
    const found = await findings(study);
    expect(leaks(found)).toEqual(['participants', 'sessions', 'twins']);
    const [participants, sessions, twins] = ['participants', 'sessions', 'twins'].map(
      (kind) => found.get(kind as LeakKind)!.evidence,
    );
    expect(participants.map(({ people, files }) => [people, files])).toEqual([
      [
        ['sub-P00', 'sub-P01'],
        ['groups/train/split-0/data.tsv', 'groups/leak/data.tsv'],
      ],
    ]);
    expect(sessions.map((one) => one.sessions)).toEqual([['sub-P01 | ses-M012']]);
    // P12 has the voxels of P06, who validates; P00 is the same image on both sides.
    expect(twins.map((one) => one.people)).toEqual([['sub-P00'], ['sub-P06', 'sub-P12']]);
  });

  it('that was trained anew after a look at the test group', async () => {
    const study = await copyOf(honest);
    await study.must('clinicadl train resume maps --anew');
    const found = await findings(study);
    expect(leaks(found)).toEqual(['selection']);
    expect(sentences(found.get('selection'))).toContain('the group "test" was looked at');
  });

  it('that was trained after the test group had been seen through another', async () => {
    const study = await copyOf(honest);
    let minutes = 0;
    const now = (): Date => new Date(2026, 10, 21, 3, minutes++);
    const later = { now } as object;
    await study.must(tinyTraining('second', '--epochs 1'), later);
    await study.must(predict('again', 'tsv/test.tsv').replace(' maps ', ' second '), later);
    expect(leaks(await findings(study, 'clinicadl leak-check second'))).toEqual(['selection']);
    // The first was trained before anything was seen.
    expect(leaks(await findings(study))).toEqual([]);
  });

  it('that began with the networks of a training that saw the test group', async () => {
    const study = await copyOf(honest);
    await writeText(study.workspace, 'all/train.tsv', table(rowsOf([0, 1, 2, 3, 10, 11])));
    await writeText(study.workspace, 'all/validation_baseline.tsv', table(rowsOf([6, 7])));
    await study.must(tinyTraining('source', '--epochs 1').replace('tsv/single', 'all'));
    await study.must(tinyTraining('begun', '--epochs 1 --transfer_path source'));
    await study.must(predict('test', 'tsv/test.tsv', '--skip_leak_check').replace(' maps ', ' begun '));
    const found = await findings(study, 'clinicadl leak-check begun');
    expect(leaks(found)).toEqual(['participants', 'transfer']);
    expect(found.get('transfer')!.evidence.map(({ people }) => people)).toEqual([['sub-P10', 'sub-P11']]);
    await study.workspace.remove('source');
    // The list of the MAPS itself remembers.
    expect(leaks(await findings(study, 'clinicadl leak-check begun'))).toEqual(['participants', 'transfer']);
  });

  it('whose best fold was handed on after a look through all', async () => {
    const study = await copyOf(honest);
    await study.must(tinyTraining('folds', '--epochs 1 --n_splits 2').replace('tsv/single', 'tsv/2_fold'));
    await study.must(predict('test', 'tsv/test.tsv').replace(' maps ', ' folds '));
    const line = 'clinicadl leak-check folds --no-compare_images';
    const before = leaks(await findings(study, line));
    await study.must('clinicadl export-onnx folds model.onnx -s 1');
    expect([before, leaks(await findings(study, line))]).toEqual([[], ['selection', 'ensemble']]);
  });

  it('without a journal, or with a damaged one, cannot be judged, and is never called sound', async () => {
    const study = await copyOf(honest);
    const whole = await study.text('maps/journal.jsonl');
    for (const [text, told] of [
      [null, 'no run journal'],
      [whole.replace('"labelled"', '"l'), '1 line(s) of the run journal'],
      [whole.split('\n').slice(1).join('\n'), 'does not begin with the training'],
      [whole.split('\n').slice(0, 2).join('\n'), 'are not in the run journal'],
    ] as const) {
      await study.workspace.remove('maps/journal.jsonl');
      if (text !== null) await writeText(study.workspace, 'maps/journal.jsonl', text);
      const selection = (await findings(study)).get('selection')!;
      expect([selection.answer, sentences(selection)]).toEqual(['unknown', expect.stringContaining(told)]);
    }
  });

  it('of ClinicaDL has no journal', async () => {
    const study = await goldenRoad();
    await copyIntoFolder(study.workspace, 'test/golden/maps/maps_cls', 'maps_cls');
    const found = await findings(study, 'clinicadl leak-check maps_cls');
    expect(leaks(found)).toEqual([]);
    expect(found.get('selection')!.answer).toBe('unknown');
  });

  it('is reported without names, and with them on request', async () => {
    const study = await copyOf(honest);
    await writeText(study.workspace, 'leak.tsv', table(rowsOf([0, 10])));
    await study.must(predict('leak', 'leak.tsv', '--skip_leak_check'));
    const { output } = await study.must('clinicadl leak-check maps --report_file report.tsv');
    const [header, first] = cells(await study.text('report.tsv'));
    expect(header).toEqual(['kind', 'answer', 'evidence', 'participants', 'sessions', 'files']);
    expect(first.slice(0, 2)).toEqual(['The same participant on both sides', 'leak']);
    expect(first[3]).toBe('1');
    expect(`${output.join('\n')}${await study.text('report.tsv')}`).not.toContain('sub-');
    expect(output).toContain('    Biased split: leak');
    await study.must('clinicadl leak-check maps --report_file report.txt --include_identifiers');
    expect(await study.text('report.txt')).toContain('participants: sub-P00\n');
    await expectRefused(study, 'clinicadl leak-check maps --report_file report.txt', {}, 'export-exists');
    await expectRefused(study, 'clinicadl leak-check maps --report_file report.doc', {}, 'report-ending');
    await expectRefused(study, 'clinicadl leak-check caps', {}, 'leak-tables-missing');
  });
});

describe('tables alone', () => {
  let study: Road;
  beforeAll(async () => {
    study = await tinyRoad();
  });

  it('of sound folds with a test set above them', async () => {
    const found = await findings(study, 'clinicadl leak-check tsv --caps_directory caps');
    expect(leaks(found)).toEqual([]);
    expect(['participants', 'sessions', 'twins', 'cut'].map((kind) => found.get(kind as LeakKind)!.answer)).toEqual(
      Array.from({ length: 4 }, () => 'none'),
    );
    expect(found.get('selection')!.answer).toBe('unknown');
  });

  it('that were divided after the images had been cut', async () => {
    await writeText(study.workspace, 'late/train.tsv', table(rowsOf([0, 1, 2]), ['0', '1', '2'], 'slice_id'));
    await writeText(study.workspace, 'late/validation.tsv', table(rowsOf([2, 3]), ['4', '5'], 'slice_id'));
    const found = await findings(study, 'clinicadl leak-check late');
    expect(leaks(found)).toEqual(['participants', 'cut']);
    expect(found.get('cut')!.evidence[0]).toMatchObject({ people: ['sub-P02'] });
  });

  it('whose test set is in a fold below it', async () => {
    await writeText(study.workspace, 'deep/train.tsv', table(rowsOf([0, 1])));
    await writeText(study.workspace, 'deep/test.tsv', table(rowsOf([4, 5])));
    await writeText(study.workspace, 'deep/2_fold/split-0/train.tsv', table(rowsOf([0, 5])));
    await writeText(study.workspace, 'deep/2_fold/split-0/validation.tsv', table(rowsOf([1])));
    const found = await findings(study, 'clinicadl leak-check deep');
    expect(found.get('participants')!.evidence.map(({ people, files }) => [people, files])).toEqual([
      [['sub-P05'], ['deep/2_fold/split-0/train.tsv', 'deep/test.tsv']],
    ]);
  });

  it('with a name that differs in zeros alone: only a person knows', async () => {
    await writeText(study.workspace, 'alike/train.tsv', table(rowsOf([1, 2])));
    await writeText(study.workspace, 'alike/validation.tsv', table([['sub-P1', 'ses-M000']]));
    expect((await findings(study, 'clinicadl leak-check alike')).get('participants')).toMatchObject({
      answer: 'unknown',
      evidence: [{ people: ['sub-P1'] }],
    });
  });

  it.each([
    [
      'tells the label',
      40,
      (i: number) => (i % 2 === 0 ? 'A' : 'B'),
      'leak',
      'Cramér\'s V 1.00; the best guess by "scanner" is right for 40 of 40 (100 %), without it for 20 (50 %)',
    ],
    ['is balanced', 40, (i: number) => (i % 4 < 2 ? 'A' : 'B'), 'none', "Cramér's V 0.00"],
    ['tells it of too few', 6, (i: number) => (i % 2 === 0 ? 'A' : 'B'), 'unknown', 'Too few participants'],
    ['is one', 40, () => 'A', 'unknown', 'No table that was looked at has a column of sites'],
  ] as const)('with a scanner that %s', async (_, count, scanner, answer, told) => {
    const people = Array.from({ length: count }, (__, i): readonly [string, string] => [
      `sub-Q${String(i).padStart(2, '0')}`,
      'ses-M000',
    ]);
    await writeText(
      study.workspace,
      'sites.tsv',
      table(
        people,
        people.map((__, i) => scanner(i)),
        'scanner',
      ),
    );
    const site = (await findings(study, 'clinicadl leak-check sites.tsv')).get('site')!;
    expect([site.answer, sentences(site)]).toEqual([answer, expect.stringContaining(told)]);
  });
});

describe('random MAPS', () => {
  it('no leak is overlooked, and nobody is blamed', async () => {
    await fc.assert(fc.asyncProperty(anyWorld, expectTruth), { numRuns: 100 });
  }, 120_000);

  it('no false alarm', async () => {
    await fc.assert(fc.asyncProperty(soundWorld, expectSilence), { numRuns: 100 });
  }, 120_000);
});
