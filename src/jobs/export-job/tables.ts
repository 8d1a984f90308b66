/**
 * @file The tables of a job: of each split the rows that are used, with the columns that the training reads, so that no more about people
 * leaves the computer than is needed; and that all can be read in Python, whatever the tables here look like.
 */
import { AppError } from '../../base/errors';
import { type SessionKey, sessionText } from '../../caps/entities';
import type { Folder } from '../../folders/folder';
import { joinPath, parentOf } from '../../folders/names';
import type { GroupRow } from '../../maps/groups';
import { writeTextTable } from '../../maps/text-table';
import type { TrainOptions } from '../../options/train';
import { readGroupTable } from '../group-table';
import type { SplitRows } from '../split-tables';
import { splitsFolder, tableAbove } from './layout';
import type { PlannedJob } from './python-limits';

export interface JobTable {
  /** In the folder of the job. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** One table: participant, session, diagnosis, and the label where that is another column. */
function table(path: string, rows: readonly GroupRow[], diagnoses: readonly GroupRow[], label: string | null): JobTable {
  const more = label === null || label === 'diagnosis' ? [] : [label];
  const header = ['participant_id', 'session_id', 'diagnosis', ...more];
  const cells = rows.map((row, i) => [
    row.participant_id,
    row.session_id,
    diagnoses[i].label ?? '',
    ...more.map(() => row.label ?? ''),
  ]);
  return { path, bytes: writeTextTable(header, cells) };
}

/** The diagnosis of sessions that stand in the table above the splits. */
async function diagnosesAbove(workspace: Folder, { tsv_directory, diagnoses }: TrainOptions): Promise<Map<string, string>> {
  for (const name of ['train.tsv', 'labels.tsv']) {
    const path = joinPath(parentOf(tsv_directory), name);
    if ((await workspace.kindOf(path)) !== 'file') continue;
    try {
      const rows = await readGroupTable(workspace, path, { diagnoses, label: 'diagnosis' });
      return new Map(rows.map((row) => [sessionText(row), row.label ?? '']));
    } catch (error) {
      if (!(error instanceof AppError) || error.kind === 'machine') throw error;
      return new Map(); // as for the training, which has told of it
    }
  }
  return new Map();
}

/** Of all splits: 1.6.1 reads those that it does not train, too. And the table above them, from which it lists who was seen. */
export async function jobTables({ training, diagnoses }: PlannedJob, workspace: Folder): Promise<JobTable[]> {
  const { options, tables, seen } = training;
  const { label, n_splits } = options;
  const folder = (split: number): string => (n_splits > 1 ? `${splitsFolder}/split-${split}` : splitsFolder);
  const known = await diagnosesAbove(workspace, options);
  const note = ({ train, validation }: SplitRows): void => {
    for (const row of [...train, ...validation]) known.set(sessionText(row), row.label ?? '');
  };
  diagnoses.forEach(note);
  const cells = seen.map((row: SessionKey) => [row.participant_id, row.session_id, known.get(sessionText(row)) ?? '']);
  return [
    { path: tableAbove, bytes: writeTextTable(['participant_id', 'session_id', 'diagnosis'], cells) },
    ...tables.flatMap((rows, i) => [
      table(joinPath(folder(rows.split), nameOf(rows.trainPath)), rows.train, diagnoses[i].train, label),
      table(joinPath(folder(rows.split), nameOf(rows.validationPath)), rows.validation, diagnoses[i].validation, label),
    ]),
  ];
}
