/** @file A generated CAPS: its tables and images, written wholly or not at all. */
import { mapParallel } from '../../base/parallel';
import { timeLeft } from '../../base/time-left';
import type { Recipe } from '../../batches/generate-image';
import type { SessionKey } from '../../caps/entities';
import { joinPath } from '../../folders/names';
import { type PythonObject, printPythonJson } from '../../formats/json';
import { type Cell, type Column, fromRows, writeTsv } from '../../formats/tsv';
import type { JobContext } from '../job-context';
import { type NewFolder, writeNew } from '../new-folder';

export interface GenerateResult {
  readonly caps_directory: string;
  /** The table `data.tsv`, in the workspace. */
  readonly labels: string;
  readonly images: number;
  /** Where tensors were written: the name that training asks for. */
  readonly extract_json?: string;
}

/** One image; the path is inside the new CAPS. */
export interface Target extends SessionKey {
  readonly path: string;
  /** Columns of `data.tsv` after participant and session. */
  readonly cells: readonly Cell[];
}

type NamedColumn = Pick<Column, 'name' | 'type'>;

export interface Generation {
  readonly folder: string;
  readonly n_proc: number;
  /** Of `commandline.json`. */
  readonly parameters: PythonObject;
  /** Of `data.tsv`, after participant and session. */
  readonly columns: readonly NamedColumn[];
  /** In the order in which they are generated. */
  readonly targets: readonly Target[];
  /** Their rows of `data.tsv`; absent: the last one first, as ClinicaDL writes all but those of `generate random`. */
  readonly rows?: readonly Target[];
  /** Of a CAPS that was taken as a whole. */
  readonly sessions?: readonly SessionKey[];
  /** Called in the order of the targets, each after the one before: what is drawn is drawn here. */
  recipe(index: number): Recipe;
  /** Writes what else belongs to the CAPS, before the images; inside the new folder. */
  also?(): Promise<void>;
}

const encoder = new TextEncoder();
const keys: readonly NamedColumn[] = [
  { name: 'participant_id', type: 'text' },
  { name: 'session_id', type: 'text' },
];

const newFolderOf = (path: string): NewFolder => ({
  path,
  what: 'A generated CAPS',
  ownNames: [
    ...['subjects', 'masks', 'missing_mods', 'tensor_extraction'],
    ...['commandline.json', 'data.tsv', 'subjects_sessions_list.tsv'],
  ],
});

/** Throws `folder-not-empty`, and what readers throw. */
export function writeGenerated(generation: Generation, context: JobContext): Promise<GenerateResult> {
  return writeNew(newFolderOf(generation.folder), context, async () => {
    await writeTables(generation, context);
    await generation.also?.();
    await writeImages(generation, context);
    const { folder, targets } = generation;
    return { caps_directory: folder, labels: joinPath(folder, 'data.tsv'), images: targets.length };
  });
}

async function writeTables(generation: Generation, { workspace }: JobContext): Promise<void> {
  const { folder, parameters, columns, targets, rows = [...targets].reverse(), sessions } = generation;
  const caps = workspace.sub(folder);
  const idsOf = ({ participant_id, session_id }: SessionKey): Cell[] => [participant_id, session_id];
  await caps.write('commandline.json', encoder.encode(printPythonJson(parameters, { indent: 4 })));
  if (sessions !== undefined) await caps.write('subjects_sessions_list.tsv', writeTsv(fromRows(keys, sessions.map(idsOf))));
  const table = fromRows(
    [...keys, ...columns],
    rows.map((row) => [...idsOf(row), ...row.cells]),
  );
  await caps.write('data.tsv', writeTsv(table));
  for (const session of new Set(rows.map(({ session_id }) => session_id))) {
    const there = rows.filter(({ session_id }) => session_id === session).map(({ participant_id }) => [participant_id, 1]);
    const missing = fromRows([keys[0], { name: 'synthetic', type: 'int' }], there);
    await caps.write(`missing_mods/missing_mods_${session}.tsv`, writeTsv(missing));
  }
}

async function writeImages({ folder, n_proc, targets, recipe }: Generation, context: JobContext): Promise<void> {
  const { workspace: caps, readers, signal, report } = context;
  const parallel = Math.min(n_proc, readers.size);
  const left = timeLeft();
  let done = 0;
  const tell = (): void => {
    const secondsLeft = left.seconds(targets.length - done, parallel);
    const progress = { stage: 'generate', done, total: targets.length, unit: 'images' };
    report(secondsLeft === undefined ? progress : { ...progress, secondsLeft });
  };
  tell();
  // Pieces of work begin in the order of their items, and nothing is waited for before the recipe is drawn.
  await mapParallel(targets, parallel, async ({ path }, index) => {
    signal.throwIfAborted();
    const startedMs = performance.now();
    await readers.generateImage({ caps, outputPath: joinPath(folder, path), recipe: recipe(index) }, signal);
    left.add(performance.now() - startedMs);
    done++;
    tell();
  });
}

/** The given seed, or one that is drawn and told. */
export function seedOf({ seed }: { readonly seed: number | null }, { log }: Pick<JobContext, 'log'>): number {
  const chosen = seed ?? crypto.getRandomValues(new Uint32Array(1))[0];
  log(`Seed of the draws: ${chosen}`);
  return chosen;
}

export const ageAndSex: readonly NamedColumn[] = [
  { name: 'diagnosis', type: 'text' },
  { name: 'age_bl', type: 'int' },
  { name: 'sex', type: 'text' },
];
