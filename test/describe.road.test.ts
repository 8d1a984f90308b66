/** @file `describe`: what a paper says of a training or an extraction; every number of it stands in a file. */
import { beforeAll, expect, it } from 'vitest';
import type { MethodsText } from '../src/jobs/methods/describe';
import { copyIntoFolder } from './disk-folder';
import type { Road } from './road';
import { contentOf } from './road-files';
import { expectRefused } from './road-refusals';
import { copyOf } from './road-stops';
import { goldenRoad, tinyRoad, tinyTraining, writeText } from './road-study';

let study: Road;
beforeAll(async () => {
  study = await tinyRoad();
  await study.must(tinyTraining('maps', '--epochs 1 --dropout 0.25 --seed 7'));
  await study.must('clinicadl predict maps test --caps_directory caps --participants_tsv tsv/test.tsv');
});

async function describes(road: Road, line = 'clinicadl describe maps'): Promise<MethodsText> {
  return (await road.must(line)).result as MethodsText;
}
const keysOf = ({ bibtex }: MethodsText): string[] => [...bibtex.matchAll(/^@\w+\{(\w+),$/gm)].map(([, key]) => key!);

it('names this program, its version, engine and device first, then ClinicaDL as the origin of the method', async () => {
  const found = await describes(study);
  const environment = await study.text('maps/environment.txt');
  const adapter = /^adapter==(.+)$/m.exec(environment)![1]!;
  expect(found.paragraph).toMatch(
    /^Networks were trained with ClinicaDL for the browser \(clinicadl-web\) 0\.0\.0, with the engine wasm on /,
  );
  expect(found.paragraph).toContain(`wasm on ${adapter}, by the method of ClinicaDL (Thibeau-Sutre et al., 2022).`);
  expect(found.paragraph).not.toMatch(/PyTorch|Clinica |in Python/);
  expect(keysOf(found)).toEqual(['ThibeauSutre2022', 'Wen2020']);
});

it('tells no number that is in no file', async () => {
  const { paragraph } = await describes(study);
  const maps = Buffer.from(Object.values(await contentOf(study.workspace, 'maps')).join('0a'), 'hex').toString();
  const counts = ['6', '4', '2']; // rows of the tables: train, validation, test
  const told = paragraph
    .replace(/\([^()]*et al\., \d{4}\)/g, '')
    .replace('scaled to 0…1', '')
    .match(/\d+(?:\.\d+)?(?:e-?\d+)?/g)!;
  expect(told.length).toBeGreaterThan(20);
  for (const number of told)
    expect(counts.includes(number) || new RegExp(`(?<![\\d.])${number}(?![\\d])`).test(maps), number).toBe(true);
  for (const part of [
    'AD = 0, CN = 1',
    'train of split 0: 6 participants, 6 sessions',
    'the group "test": 2 participants',
    'dropout 0.25',
    'seed 7',
    'learning rate 0.001',
  ])
    expect(paragraph).toContain(part);
});

it('says nothing of a parameter that maps.json lacks', async () => {
  const other = await copyOf(study);
  const json = JSON.parse(await other.text('maps/maps.json')) as Record<string, unknown>;
  for (const key of ['dropout', 'seed', 'optimizer', 'patience']) delete json[key];
  await writeText(other.workspace, 'maps/maps.json', JSON.stringify(json));
  expect((await describes(other)).paragraph).not.toMatch(/dropout|seed|optimiser|early stopping|undefined|null/);
});

it('of Python: PyTorch is cited, and this program for what it predicted', async () => {
  const other = await goldenRoad();
  await copyIntoFolder(other.workspace, 'test/golden/maps/maps_cls', 'maps_cls');
  const unknown = await describes(other, 'clinicadl describe maps_cls');
  expect(unknown.paragraph).toContain('which program and version did it the MAPS does not tell');
  expect(keysOf(unknown)).not.toContain('Paszke2019');
  await writeText(other.workspace, 'maps_cls/environment.txt', 'clinicadl==1.6.1\nnibabel==5.2.0\ntorch==2.8.0\n');
  await other.must('clinicadl predict maps_cls validation -s 0');
  const found = await describes(other, 'clinicadl describe maps_cls');
  expect(found.paragraph).toMatch(
    /^Networks were trained with ClinicaDL 1\.6\.1 in Python with PyTorch 2\.8\.0 \(Paszke et al\., 2019\), by/,
  );
  expect(found.paragraph).toContain('2-fold cross-validation');
  expect(found.paragraph).toContain('Predictions were made with clinicadl-web 0.0.0.');
  expect(keysOf(found)).toEqual(['ThibeauSutre2022', 'Paszke2019', 'Wen2020']);
});

it.each([
  [{ Simulated: true, CAPSVersion: '1.0.0' }, /simulated: no real person/, []],
  [{ CAPSVersion: '1.0.0', Processing: [{ Name: 't1-linear' }] }, /preprocessed with Clinica/, ['Routier2021']],
  [{ Name: 'some study', CAPSVersion: '1.0.0' }, /^Whole images/, []],
  ['not JSON', /^Whole images/, []],
] as const)('of an extraction, whose CAPS says %j', async (description, says, cited) => {
  const other = await copyOf(study);
  await writeText(
    other.workspace,
    'caps/dataset_description.json',
    typeof description === 'string' ? description : JSON.stringify(description),
  );
  const found = await describes(other, 'clinicadl describe caps');
  expect(found.paragraph).toMatch(says);
  expect(found.paragraph).toContain('"image.json" describes');
  expect(keysOf(found).sort()).toEqual([...cited, 'ThibeauSutre2022']);
});

it('has a checklist that nobody has ticked, and writes all of it as a file', async () => {
  const other = await copyOf(study);
  const before = await contentOf(other.workspace);
  const { checklist } = await describes(other);
  expect(await contentOf(other.workspace)).toEqual(before);
  const answered = new Map(checklist.map(({ item, answeredBy }) => [item, answeredBy]));
  expect(answered.get('Software with its versions')).toBe('environment.txt');
  expect(answered.get('Aim and hypotheses')).toBeNull();
  expect(answered.get('How predictions are explained')).toBeNull();
  await other.must('clinicadl describe maps --output_file methods.md');
  const text = await other.text('methods.md');
  expect(text).toContain('- Aim and hypotheses: yours to write\n');
  expect(text).toContain('- Software with its versions: answered by environment.txt\n');
  expect(text).not.toMatch(/\[[ x]\]|✓|☑|sub-P/);
  await expectRefused(other, 'clinicadl describe maps --output_file methods.md', {}, 'export-exists');
  await expectRefused(other, 'clinicadl describe maps --output_file methods.doc', {}, 'describe-ending');
  await expectRefused(other, 'clinicadl describe tsv', {}, 'describe-nothing');
});
