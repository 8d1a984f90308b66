/** @file `quality-check t1-linear`: a network judges how images were registered. */
import type { AppError } from '../../base/errors';
import { mapParallel } from '../../base/parallel';
import { findTensors } from '../../batches/find-tensors';
import { type FoundImages, findImages, type ImageRow } from '../../caps/caps-index';
import { type SessionKey, sessionText } from '../../caps/entities';
import type { ExtractionJson } from '../../caps/extraction-json';
import { fileTypeOf } from '../../caps/preprocessing';
import { fromRows, writeTsv } from '../../formats/tsv';
import { readCheckpoint } from '../../maps/weights';
import { qualityNetwork, qualityState } from '../../networks/quality-networks';
import { checkTable, type QualityT1LinearOptions, weightFiles } from '../../options/quality-check';
import { checkAmp } from '../check-amp';
import type { Job, JobContext } from '../job-context';
import { onDevice, recovery } from '../recovery';
import { refuseEyeTable } from './eye-table';
import { askImages, type Checked, checkHeaders, parallelOf, refuseInput, refuseUnusable, sessionsOf } from './find-checked';
import { makeJudge, passProbability } from './judge';
import { readKnownFile } from './known-file';

export interface QualityTable {
  readonly file: string;
  readonly sessions: number;
  readonly passed: number;
  /** The file that the person gave is ClinicaDL's own. */
  readonly isSame: boolean;
}

interface Judged {
  readonly row: SessionKey;
  /** Null: the image has no input for the network. */
  readonly probability: number | null;
}

/**
 * Writes nothing before all are judged. Throws `quality-ending`, `output-is-input`, `eye-table-kept`, `quality-file-needed`, `quality-weights`, `amp-unavailable`, the
 * codes of `sessionsOf` and `refuseUnusable`, and what reading weights and images throws.
 */
export const qualityT1LinearJob: Job<QualityT1LinearOptions, QualityTable> = async (options, context) => {
  checkTable(options);
  const { caps_directory, output_tsv, network: name, threshold, batch_size } = options;
  refuseInput(output_tsv, options.participants_tsv);
  await refuseEyeTable(context.workspace, output_tsv);
  await checkAmp(options, () => context.backend());
  const weights = await readKnownFile('--weights', options.weights, weightFiles[name], context);
  const network = qualityNetwork(name);
  const state = qualityState(network, name, readCheckpoint(weights.bytes, weights.path).model, weights.path);
  const sessions = await sessionsOf(options, context);
  const found = await (options.use_tensor ? findSavedTensors : findUncropped)(sessions, options, context);
  for (const issue of [...found.notes, ...found.problems]) context.issue(issue);
  const looked = await checkHeaders(found.rows, caps_directory, context);
  const refuse = (failures: readonly AppError[]): void =>
    refuseUnusable(found, failures, sessions.length, caps_directory, context.issue);
  refuse(looked.failures);
  context.log(`${looked.sound.length} images to judge with ${name}.`);

  const judged: Judged[] = [];
  const failures: AppError[] = [];
  const batches = Array.from({ length: Math.ceil(looked.sound.length / batch_size) }, (_, i) =>
    looked.sound.slice(i * batch_size, (i + 1) * batch_size),
  );
  const read = async (batch: number) =>
    askImages<'slices'>(
      batches[batch] ?? [],
      {
        caps_directory,
        question: { kind: 'slices', tensor: options.use_tensor },
        parallel: parallelOf(options.n_proc, context),
        stage: 'judge',
        before: batch * batch_size,
        total: looked.sound.length,
      },
      context,
    );
  const policy = recovery(3 * batch_size, { goesOn: 'the images that are left are judged on another', again: 'the line again' });
  let batch = 0;
  await onDevice(policy, context, async (create) => {
    const judge = await makeJudge(create, { network, state, batchSize: batch_size, amp: options.amp });
    try {
      let next = read(batch);
      while (batch < batches.length) {
        const here = await next;
        next = read(batch + 1);
        next.catch(() => {}); // awaited in the next round, if there is one
        judged.push(...(await judgeAll(here.checked, judge)));
        failures.push(...here.failures);
        batch++;
      }
    } finally {
      judge.dispose();
    }
  });
  refuse(failures);

  const rows = judged
    .toSorted((a, b) => (b.probability ?? -1) - (a.probability ?? -1))
    .map(({ row, probability }) => [
      row.participant_id,
      row.session_id,
      probability,
      probability !== null && probability > threshold,
    ]);
  await context.workspace.write(output_tsv, writeTsv(fromRows(qualityColumns, rows)));
  const passed = rows.filter(([, , , pass]) => pass === true).length;
  context.log(`${passed} of ${rows.length} images pass: ${output_tsv}.`);
  return { file: output_tsv, sessions: rows.length, passed, isSame: weights.isSame };
};

/** Of the tables of `t1-linear` and `pet-linear`. */
export const qualityColumns = [
  { name: 'participant_id', type: 'text' },
  { name: 'session_id', type: 'text' },
  { name: 'pass_probability', type: 'float' },
  { name: 'pass', type: 'bool' },
] as const;

async function judgeAll(checked: readonly Checked<'slices'>[], judge: Awaited<ReturnType<typeof makeJudge>>): Promise<Judged[]> {
  const inputs = checked.flatMap(({ answer }) => answer ?? []);
  const logits = inputs.length === 0 ? new Float32Array() : await judge.logits(inputs);
  let at = 0;
  return checked.map(({ row, answer }) => {
    if (answer === null) return { row, probability: null };
    at += 2;
    return { row, probability: passProbability(logits[at - 2], logits[at - 1]) };
  });
}

type Placed = Pick<QualityT1LinearOptions, 'caps_directory'>;

const choice = { preprocessing: 't1-linear', use_uncropped_image: true } as const;

/** The network knows images that were not cropped. */
const findUncropped = (
  sessions: readonly SessionKey[],
  { caps_directory }: Placed,
  { workspace, signal }: JobContext,
): Promise<FoundImages> => findImages(workspace.sub(caps_directory), sessions, fileTypeOf(choice), signal);

async function findSavedTensors(
  sessions: readonly SessionKey[],
  { caps_directory }: Placed,
  { workspace, signal }: JobContext,
): Promise<FoundImages> {
  const caps = workspace.sub(caps_directory);
  const json: ExtractionJson = { ...choice, mode: 'image', prepare_dl: false, extract_json: '', file_type: fileTypeOf(choice) };
  const found = await mapParallel(sessions, 16, async (session) => {
    signal.throwIfAborted();
    return { session, tensors: await findTensors(caps, session, json) };
  });
  const rows: ImageRow[] = [];
  const problems: FoundImages['problems'][number][] = [];
  for (const { session, tensors } of found) {
    if ('problem' in tensors) problems.push({ ...tensors.problem, where: sessionText(session) });
    else rows.push({ ...session, path: tensors.files.get(0) ?? [...tensors.files.values()][0] });
  }
  return { rows, problems, notes: [] };
}
