/** @file One study of a scenario, honest or leaking: tables, training, test, by the same commands that a person would type. */
import { joinPath } from '../../folders/names';
import { readTsv, type Table, writeTsv } from '../../formats/tsv';
import type { OptionsOf } from '../../options/commands';
import { parseCommandLine } from '../../options/derive/argv';
import { resolveOptions } from '../../options/derive/config';
import type { LeakScenario, Role } from '../../vocabulary/leaks';
import type { JobContext } from '../job-context';
import { predictJob } from '../predict';
import { trainJob } from '../train';

export type Way = 'honest' | 'leaking';

export interface Study {
  readonly scenario: LeakScenario;
  readonly way: Way;
  readonly seed: number;
  /** Of the cohort. */
  readonly labels: Table;
  /** Folder of the cohort, and that of this study, in the workspace. */
  readonly cohort: string;
  readonly folder: string;
}

/** Every training alike. */
const training = '--architecture Conv4_FC3 --epochs 40 --batch_size 8 --selection_metrics BA';
/** Learning rates of a network that is drawn, and of one that begins with what another has learnt. */
const [newRate, tuningRate] = ['-lr 0.001', '-lr 0.0001'];

/** The complete options of a line that this file wrote. */
export function optionsOf<N extends Parameters<typeof resolveOptions>[0]['command']>(command: N, line: string): OptionsOf<N> {
  const parsed = parseCommandLine(line);
  if (parsed.kind !== 'run' || parsed.command !== command) throw new Error(`not a line of ${command}: ${line}`);
  return resolveOptions({ command, options: parsed.options as OptionsOf<N>, typed: parsed.typed });
}

/** Rows of the sessions whose roles are asked for. */
function rowsWith({ scenario, way, labels }: Study, wanted: (roles: readonly Role[]) => boolean): Table {
  const ids = labels.columns[0].values;
  const people = [...new Set(ids)];
  const kept = ids.flatMap((id, row) => {
    const session = row - ids.indexOf(id);
    return wanted(scenario[way]({ person: people.indexOf(id), session })) ? [row] : [];
  });
  return { columns: labels.columns.map((column) => ({ ...column, values: kept.map((row) => column.values[row]) })) };
}

async function writeSplit(study: Study, { workspace }: JobContext, path: string, train: Role, validation: Role): Promise<void> {
  await workspace.write(joinPath(path, 'train.tsv'), writeTsv(rowsWith(study, (roles) => roles.includes(train))));
  const validated = writeTsv(rowsWith(study, (roles) => roles.includes(validation)));
  await workspace.write(joinPath(path, 'validation_baseline.tsv'), validated);
}

/** The tables of the training, those of the source of a transfer, and the test group. */
async function writeTables(study: Study, context: JobContext): Promise<{ readonly source: boolean }> {
  const { folder, scenario } = study;
  const { workspace } = context;
  const test = rowsWith(study, (roles) => roles.includes('test'));
  await workspace.write(`${folder}/test.tsv`, writeTsv(test));
  if (scenario.members > 1) {
    for (let member = 0; member < scenario.members; member++) {
      const fold: Role = `fold ${member}`;
      const isOther = (role: Role): boolean => role.startsWith('fold') && role !== fold;
      const path = `${folder}/tables/split-${member}`;
      await workspace.write(`${path}/train.tsv`, writeTsv(rowsWith(study, (roles) => roles.some(isOther))));
      await workspace.write(`${path}/validation_baseline.tsv`, writeTsv(rowsWith(study, (roles) => roles.includes(fold))));
    }
    return { source: false };
  }
  await writeSplit(study, context, `${folder}/tables`, 'train', 'validation');
  const source = rowsWith(study, (roles) => roles.includes('source train')).columns[0].values.length > 0;
  if (source) await writeSplit(study, context, `${folder}/source_tables`, 'source train', 'source validation');
  return { source };
}

/** Predictions of the test group by each member, averaged: the share of sessions that get their own label. */
async function accuracyOf(
  { folder, scenario }: Study,
  { workspace }: JobContext,
): Promise<{ accuracy: number; sessions: number }> {
  const truth: string[] = [];
  const balance = new Map<string, number>();
  for (let member = 0; member < scenario.members; member++) {
    const path = `${folder}/maps/split-${member}/best-BA/test/test_roi_level_prediction.tsv`;
    const { columns } = readTsv(await workspace.read(path), { where: path });
    const values = (name: string) => columns.find((column) => column.name === name)?.values ?? [];
    const [participants, sessions, labels] = [values('participant_id'), values('session_id'), values('true_label')];
    for (const [i, label] of labels.entries()) {
      const key = `${participants[i]} ${sessions[i]} ${label}`;
      if (member === 0) truth.push(key);
      balance.set(key, (balance.get(key) ?? 0) + Number(values('proba1')[i]) - Number(values('proba0')[i]));
    }
  }
  const right = truth.filter((key) => ((balance.get(key) ?? 0) > 0 ? 1 : 0) === Number(key.split(' ')[2]));
  return { accuracy: right.length / truth.length, sessions: truth.length };
}

/** Trains, with the source before it, and predicts the test group; `step` is told each line before it runs. */
export async function playStudy(
  study: Study,
  context: JobContext,
  step: (line: string) => void,
): Promise<{ readonly accuracy: number; readonly sessions: number }> {
  const { scenario, way, seed, cohort, folder } = study;
  const { source } = await writeTables(study, context);
  const run = async (line: string, more: string): Promise<void> => {
    const whole = `${line} ${training} --seed ${seed} ${more}`;
    step(whole);
    await trainJob('classification')(optionsOf('train classification', whole), { ...context, commandLine: whole });
  };
  const train = `clinicadl train classification ${cohort}/caps roi`;
  if (source) await run(`${train} ${folder}/source_tables ${folder}/source_maps`, newRate);
  const splits = scenario.members > 1 ? ` --n_splits ${scenario.members}` : '';
  const transfer = `${tuningRate} --transfer_path ${folder}/source_maps --transfer_selection_metric BA`;
  await run(`${train} ${folder}/tables ${folder}/maps${splits}`, source ? transfer : newRate);
  const skip = way === 'leaking' ? ' --skip_leak_check' : '';
  const line = `clinicadl predict ${folder}/maps test --caps_directory ${cohort}/caps --participants_tsv ${folder}/test.tsv --selection_metrics BA${skip}`;
  step(line);
  await predictJob(optionsOf('predict', line), { ...context, commandLine: line });
  return accuracyOf(study, context);
}
