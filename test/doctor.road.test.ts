/** @file The import doctor on studies with faults that are put in on purpose, and on sound ones. The whole: `test/doctor.full.test.ts`. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { memoryFolder } from '../src/folders/memory-folder';
import { readNifti } from '../src/formats/nifti';
import type { DoctorResult } from '../src/jobs/doctor/doctor';
import { checkBroken, checkSound, faultsOf, trainMended, writeBroken } from './doctor/checked';
import { faults } from './doctor/faults';
import { imageName, labels, soundModel, tinyAffine, writeModel } from './doctor/study';
import { type Road, road } from './road';
import { contentOf, filesBelow } from './road-files';
import { niftiFile, tinyRoad, tinyShape, tinyTraining, tinyVoxels, writeText } from './road-study';

describe('a study with', () => {
  it.each(faults.map((fault, i) => [fault.name, i] as const))('%s: named, left out or mended', async (_, i) => {
    await checkBroken(500 + i, [faults[i]!]);
  });

  it.each(
    [100, 117, 133, 148, 166, 183, 199].map(
      (n) =>
        [
          n,
          faultsOf(n)
            .map(({ name }) => name)
            .join(' and '),
        ] as const,
    ),
  )('two faults (%i: %s): both are named, and what is mended trains', async (n) => {
    const { study, result, isUnread } = await checkBroken(n);
    if (!isUnread) await trainMended(study, result);
  });
});

it.each([0, 1, 2, 3])('a sound study (%i) raises no alarm', async (n) => {
  expect(await checkSound(n)).toEqual([]);
});

const named = (name: string) => faults.find((fault) => fault.name === name)!;

async function broken(...names: readonly string[]): Promise<Road> {
  const workspace = memoryFolder('broken');
  await writeBroken(workspace, 7, names.map(named));
  return road(workspace, 'wasm');
}

async function sound(change: (study: ReturnType<typeof soundModel>) => void = () => {}): Promise<Road> {
  const workspace = memoryFolder('study');
  const model = soundModel(7);
  change(model);
  await writeModel(workspace, model);
  return road(workspace, 'wasm');
}

const resultOf = async (study: Road, line: string): Promise<DoctorResult> => (await study.must(line)).result as DoctorResult;
const codesOf = ({ counts }: DoctorResult): string[] => counts.map(({ code }) => code);

describe('a mended image', () => {
  it.each(['exchanged axes', 'turned axes', 'a larger box', 'turned axes in a larger box'])(
    'with %s has every voxel where a sound image has it',
    async (name) => {
      const study = await broken(name);
      await study.must('clinicadl doctor . --repair doctor');
      const whole = soundModel(7);
      for (const { participant, session, image } of whole.sessions) {
        const file = `doctor/caps/subjects/${participant}/${session}/${imageName(participant, session)}`;
        const { shape, affine, data } = readNifti(new Uint8Array(gunzipSync(await study.workspace.read(file))));
        expect(shape).toEqual([...tinyShape]);
        expect(affine).toEqual(tinyAffine);
        expect(data).toEqual(image!.data);
      }
    },
  );
});

describe('tables', () => {
  it('with numbers that may be thousands are told of, and kept', async () => {
    const study = await sound(({ sessions }) => {
      for (const { row } of sessions) row!.age = '1,234';
    });
    expect(codesOf(await resultOf(study, 'clinicadl doctor . --repair doctor'))).toEqual(['doctor-decimals-unsure']);
    expect(await study.workspace.kindOf('doctor/tables')).toBeUndefined();
  });

  it('of a spreadsheet program are told of', async () => {
    const study = await sound();
    await writeText(study.workspace, 'labels.xlsx', 'PK\x03\x04');
    expect(codesOf(await resultOf(study, 'clinicadl doctor .'))).toEqual(['doctor-table-format']);
  });

  it('without a CAPS get sessions of three digits, when they have two and three', async () => {
    const study = await road(memoryFolder('tables'), 'wasm');
    await writeText(study.workspace, 't.tsv', 'participant_id\tsession_id\nsub-1\tses-M00\nsub-1\tses-M006\n');
    expect(codesOf(await resultOf(study, 'clinicadl doctor . --repair doctor'))).toEqual(['doctor-digits-table']);
    expect(await study.text('doctor/tables/t.tsv')).toBe('participant_id\tsession_id\nsub-1\tses-M000\nsub-1\tses-M006\n');
  });

  it('are not corrected where digits of a participant differ: that may be another person', async () => {
    const study = await sound(({ sessions }) => {
      sessions.at(-1)!.row!.participant_id = 'sub-P0013';
    });
    const { counts } = await resultOf(study, 'clinicadl doctor . --repair doctor');
    expect(counts.map(({ code }) => code)).toEqual(['doctor-spelling-unsure', 'doctor-label-missing']);
    expect(await study.text('doctor/left_out.tsv')).toContain('sub-P13');
    expect(await study.text('doctor/sound_sessions.tsv')).not.toContain('P0013');
  });

  it('that spell one session in two ways, with two diagnoses, lose both rows', async () => {
    const study = await sound(({ sessions, moreRows }) => {
      moreRows.push({ ...sessions[0]!.row!, participant_id: 'SUB-P00', diagnosis: 'CN' });
    });
    const { counts } = await resultOf(study, 'clinicadl doctor . --repair doctor');
    expect(counts.map(({ code, count }) => [code, count])).toEqual([
      ['doctor-spelling-unsure', 2],
      ['doctor-label-missing', 1],
    ]);
    expect(await study.text('doctor/sound_sessions.tsv')).not.toMatch(/P00\tses-M000/i);
  });
});

it('images on as many grids of one size are all left out: none is the right one', async () => {
  const study = await sound(({ sessions }) => {
    if (sessions.length % 2 === 1) sessions.pop();
    for (const [i, { image }] of sessions.entries())
      if (i % 2 === 0)
        image!.affine = tinyAffine.map((row, axis) => row.map((value, j) => (axis === 0 && j === 3 ? value + 3 : value)));
  });
  expect(codesOf(await resultOf(study, 'clinicadl doctor . --repair doctor'))).toEqual(['doctor-grid-unclear']);
  expect((await study.text('doctor/sound_sessions.tsv')).trim().split('\n')).toHaveLength(1);
});

describe('the doctor', () => {
  it('mends only what is asked for, and leaves the rest out', async () => {
    const study = await broken('turned axes', 'semicolons');
    const { mended } = await resultOf(study, 'clinicadl doctor . --repair doctor --only tables');
    expect(mended!.caps.map(({ isNew, caps_directory }) => [isNew, caps_directory])).toEqual([[false, 'caps']]);
    expect(mended!.tables).toEqual([{ from: labels, table: `doctor/tables/${labels}` }]);
    expect(mended!.leftOut).toBe(1);
    expect(await study.text('doctor/left_out.tsv')).toContain('doctor-turned');
  });

  it('sees with --headers_only what headers tell, and nothing of voxels', async () => {
    const study = await broken('NaN', 'exchanged axes');
    expect(codesOf(await resultOf(study, 'clinicadl doctor . --headers_only'))).toEqual(['doctor-turned']);
  });

  it('has no name of a file or person in its report', async () => {
    const study = await broken('the same image twice', 'blanks around identifiers');
    const { report } = await resultOf(study, 'clinicadl doctor . --repair doctor');
    expect(report.join('\n')).toContain('1 × Same image under two names: left out');
    expect(report.join('\n')).toContain('Left and right exchanged');
    expect(report.join('\n')).not.toMatch(/sub-|ses-|labels|caps\/|tables\//);
    expect(await study.text('doctor/report.txt')).toBe(`${report.join('\n')}\n`);
  });

  it('leaves nothing behind when it is stopped while it writes', async () => {
    const study = await broken('turned axes');
    const before = await contentOf(study.workspace);
    const stopper = new AbortController();
    const outcome = await study.run('clinicadl doctor . --repair doctor', {
      signal: stopper.signal,
      report: ({ stage, done }) => {
        if (stage === 'mend' && done === 3) stopper.abort();
      },
    });
    expect(outcome.status).toBe('stopped');
    expect(await contentOf(study.workspace)).toEqual(before);
  });

  it('says what a folder is: BIDS, MAPS, loose images', async () => {
    const study = await tinyRoad();
    await study.must(tinyTraining('results/maps', '--epochs 1'));
    await study.workspace.write('raw/sub-1/ses-1/anat/sub-1_ses-1_T1w.nii.gz', niftiFile(tinyShape, tinyVoxels(1)));
    await study.workspace.write('loose/a.nii.gz', niftiFile(tinyShape, tinyVoxels(2)));
    const { nature, issues } = await resultOf(study, 'clinicadl doctor .');
    expect(nature).toBe(
      'A CAPS of 12 participants and 12 sessions (12 t1-linear); a BIDS folder of 1 participant and 1 session (1 image); 1 MAPS; ' +
        '1 loose NIfTI file; 8 tables of sessions.',
    );
    expect(issues).toEqual([]);
  });

  it('finds two loose images that are one', async () => {
    const study = await road(memoryFolder('loose'), 'wasm');
    for (const name of ['a', 'b']) await study.workspace.write(`${name}.nii.gz`, niftiFile(tinyShape, tinyVoxels(2)));
    await writeText(study.workspace, 'c.nii.gz', '<html><title>Sign in</title></html>');
    expect(codesOf(await resultOf(study, 'clinicadl doctor .')).sort()).toEqual(['doctor-duplicate', 'file-is-other']);
  });

  it('takes what is beside the participants into a new CAPS, and no tensors', async () => {
    const study = await broken('no folder "subjects"');
    await writeText(study.workspace, 'caps/dataset_description.json', '{}');
    await writeText(study.workspace, 'caps/masks/tpl-X/mask.txt', 'm');
    await study.must('clinicadl doctor . --repair doctor');
    const files = await filesBelow(study.workspace, 'doctor/caps');
    expect(files.filter((file) => !file.includes('/subjects/'))).toEqual([
      'doctor/caps/dataset_description.json',
      'doctor/caps/masks/tpl-X/mask.txt',
    ]);
  });
});

describe('participants in the CAPS of two cohorts', () => {
  it('are left out of both', async () => {
    const study = await road(memoryFolder('cohorts'), 'wasm');
    for (const [cohort, people] of [
      ['one', ['sub-A', 'sub-B']],
      ['two', ['sub-B', 'sub-C']],
    ] as const)
      for (const [i, person] of people.entries())
        await study.workspace.write(
          `${cohort}/subjects/${person}/ses-M000/${imageName(person, 'ses-M000')}`,
          niftiFile(tinyShape, tinyVoxels(cohort === 'one' ? i : i + 5)),
        );
    await writeText(study.workspace, 'cohorts.tsv', 'cohort\tpath\none\tone\ntwo\ttwo\n');
    expect(codesOf(await resultOf(study, 'clinicadl doctor . --repair doctor'))).toEqual(['doctor-two-cohorts']);
    expect(await study.text('doctor/left_out.tsv')).toBe(
      'participant_id\tsession_id\tcaps\treason\nsub-B\tses-M000\tone\tdoctor-two-cohorts\nsub-B\tses-M000\ttwo\tdoctor-two-cohorts\n',
    );
  });
});
