/** @file What the page and scripts may ask without running a command: reads only, quick. */
import type { Issue } from '../base/issues';
import { type Balance, compareGroups, describeGroup, type Group, type GroupBalance } from '../cohort/balance';
import { baseline } from '../cohort/sessions';
import { readSessionTable } from '../formats/session-table';
import type { Table } from '../formats/tsv';
import { readTextTable } from '../maps/text-table';
import { describeNetwork, type NetworkDescription } from './describe-network';
import { askDoctor, type DoctorView } from './doctor/doctor';
import { estimateTraining, type TrainingEstimate } from './estimate';
import { findRun, type RunRequest } from './find-run';
import { findStudies, type StudyFolders } from './find-studies';
import { type CutBox, cutBoxes, type ImageView, imageView, type SessionImages, sessionImages } from './image-view';
import { type CapsInspection, inspectAgain, inspectCaps, inspectPrepared, type PreparedCaps } from './inspect-caps';
import { type InterpretationImages, type InterpretationRequest, interpretationImages } from './interpretation-images';
import type { JobContext } from './job-context';
import { leakOfGroup } from './leak-check';
import { type LeakReport, type LeakRequest, lookForLeaks } from './leaks/look-for-leaks';
import { type FileNote, type FileRequest, lookAtFile } from './look-at-file';
import { type MapView, type MapViewRequest, mapView } from './map-view';
import { askMaps, type MapsQuestion } from './maps-manager';
import { type MapsSummary, mapsSummary } from './maps-queries';
import { describeMethods, type MethodsText } from './methods/describe';
import { type MissingTensors, missingTensors } from './missing-tensors';
import { type PredictedImage, type PredictedImageRequest, predictedImage } from './predicted-image';
import { eyeAnswers, eyePlanes, eyeSheet } from './quality-check/eye-queries';
import { type ReconstructionRequest, type Reconstructions, reconstructionsOf } from './reconstructions';
import { type ResultRequest, type ResultView, resultView } from './result-view';
import { type SearchRun, searchRuns } from './search-runs';
import { type CurveRequest, type CurveView, trainingCurves } from './training-curves';

export interface TableView {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Of the whole table; `rows` may hold fewer. */
  readonly rowCount: number;
}

type Query<Request, Result> = (request: Request, context: JobContext) => Promise<Result>;

async function table(request: { readonly path: string; readonly limit?: number }, { workspace }: JobContext): Promise<TableView> {
  const text = readTextTable(await workspace.read(request.path), request.path);
  return { columns: text.header, rows: text.rows.slice(0, request.limit ?? text.rows.length), rowCount: text.rows.length };
}

/** Age, sex and labels of one table. */
async function balanceOf(
  request: { readonly path: string; readonly label?: string },
  { workspace }: JobContext,
): Promise<GroupBalance> {
  const where = request.path;
  const whole = readSessionTable(await workspace.read(where), { where });
  return describeGroup(whole, { name: where, baseline: baseline(whole, where) }, request.label ?? 'diagnosis', where);
}

/** Age, sex and labels of two tables, compared as `tsvtools split` compares its two sets. The larger set goes first. */
async function compareTables(
  request: { readonly train: string; readonly test: string; readonly label?: string },
  { workspace }: JobContext,
): Promise<Balance> {
  const label = request.label ?? 'diagnosis';
  const read = async (where: string): Promise<{ table: Table; group: Group }> => {
    const table = readSessionTable(await workspace.read(where), { where });
    return { table, group: { name: where, baseline: baseline(table, where) } };
  };
  const [train, test] = [await read(request.train), await read(request.test)];
  const { pAge, pSex, comparison } = compareGroups(train.table, train.group, test.group, label, request.train);
  const groups = [train, test].map(({ table, group }) => describeGroup(table, group, label, group.name));
  return { groups, pAge, pSex, comparison };
}

export const queries = {
  'find-studies': (_request: Record<string, never>, { workspace, signal }: JobContext): Promise<StudyFolders> =>
    findStudies(workspace, signal),
  'find-run': (request: RunRequest, { workspace, signal }: JobContext): Promise<string | null> =>
    findRun(request, workspace, signal),
  'inspect-caps': (
    request: { readonly caps_directory: string; readonly first?: number },
    context: JobContext,
  ): Promise<CapsInspection> => inspectCaps(request, context),
  'inspect-caps-again': (
    request: { readonly caps_directory: string; readonly known: CapsInspection; readonly changed: readonly string[] | null },
    context: JobContext,
  ): Promise<CapsInspection> => inspectAgain(request, context),
  'inspect-prepared': (request: { readonly caps_directory: string }, context: JobContext): Promise<PreparedCaps> =>
    inspectPrepared(request, context),
  doctor: (request: { readonly folder: string; readonly voxels?: boolean }, context: JobContext): Promise<DoctorView> =>
    askDoctor(request, context),
  table,
  balance: balanceOf,
  compare: compareTables,
  'maps-summary': (request: { readonly path: string }, { workspace }: JobContext): Promise<MapsSummary> =>
    mapsSummary(workspace, request.path),
  'look-for-leaks': (request: LeakRequest, context: JobContext): Promise<LeakReport> => lookForLeaks(request, context),
  'describe-methods': (
    request: { readonly study: string; readonly extract_json: string | null },
    context: JobContext,
  ): Promise<MethodsText> => describeMethods(request, context),
  'leak-of-group': (
    request: { readonly path: string; readonly group: string },
    { workspace }: JobContext,
  ): Promise<Issue | null> => leakOfGroup(request, workspace),
  result: (request: ResultRequest, { workspace }: JobContext): Promise<ResultView> => resultView(workspace, request),
  reconstructions: (request: ReconstructionRequest, { workspace }: JobContext): Promise<Reconstructions> =>
    reconstructionsOf(workspace, request),
  'image-view': (request: Parameters<typeof imageView>[0], context: JobContext): Promise<ImageView> =>
    imageView(request, context),
  'session-images': (request: Parameters<typeof sessionImages>[0], context: JobContext): Promise<SessionImages> =>
    sessionImages(request, context),
  'cut-boxes': (request: Parameters<typeof cutBoxes>[0], context: JobContext): Promise<CutBox[]> => cutBoxes(request, context),
  'predicted-image': (request: PredictedImageRequest, context: JobContext): Promise<PredictedImage | null> =>
    predictedImage(request, context),
  'interpretation-images': (request: InterpretationRequest, { workspace }: JobContext): Promise<InterpretationImages> =>
    interpretationImages(request, workspace),
  'map-view': (request: MapViewRequest, { workspace }: JobContext): Promise<MapView> => mapView(workspace, request),
  curves: (request: CurveRequest, { workspace }: JobContext): Promise<CurveView> => trainingCurves(workspace, request),
  'estimate-training': (request: { readonly line: string }, context: JobContext): Promise<TrainingEstimate> =>
    estimateTraining(request, context),
  'describe-network': (request: { readonly line: string }, context: JobContext): Promise<NetworkDescription | null> =>
    describeNetwork(request, context),
  'look-at-file': (request: FileRequest, { workspace }: JobContext): Promise<FileNote> => lookAtFile(request, workspace),
  'search-runs': (request: { readonly launch_directory: string }, { workspace }: JobContext): Promise<SearchRun[]> =>
    searchRuns(workspace.sub(request.launch_directory)),
  'missing-tensors': (request: { readonly line: string }, context: JobContext): Promise<MissingTensors> =>
    missingTensors(request, context),
  'eye-sheet': eyeSheet,
  'eye-answers': eyeAnswers,
  'eye-planes': eyePlanes,
  maps: (request: MapsQuestion, context: JobContext): Promise<unknown> => askMaps(request, context),
  // biome-ignore lint/suspicious/noExplicitAny: each query has a request of its own
} as const satisfies Record<string, Query<any, unknown>>;

export type QueryName = keyof typeof queries;
export type QueryRequest<N extends QueryName> = Parameters<(typeof queries)[N]>[0];
export type QueryResult<N extends QueryName> = Awaited<ReturnType<(typeof queries)[N]>>;
