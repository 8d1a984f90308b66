/** @file Mended copies in a new folder: CAPS, tables, lists of the sessions that are sound and of those left out. Originals are read only. */
import { mapParallel } from '../../base/parallel';
import type { SessionKey } from '../../caps/entities';
import { extractionsPath, sessionPath, subjectsPath } from '../../caps/layout';
import type { Folder } from '../../folders/folder';
import { joinPath } from '../../folders/names';
import { walk } from '../../folders/walk';
import { printTextTable } from '../../formats/mend-table';
import type { RepairKind } from '../../options/doctor';
import type { JobContext } from '../job-context';
import type { Examination } from './examine';
import type { FoundSession } from './look-at-folders';
import { keyTable, labelColumns, mendedRows } from './mend-tables';
import type { CapsPlan, MendingPlan } from './plan-mending';
import { leftOutFile } from './survey';

export interface MendedCaps {
  /** As it was found. */
  readonly from: string;
  /** The CAPS to use from now on, in the workspace: a new one, or the old one. */
  readonly caps_directory: string;
  readonly isNew: boolean;
  /** Tables of the sound sessions, in the workspace, one for each kind of images. */
  readonly sound: readonly { readonly kind: string; readonly table: string; readonly sessions: number }[];
}

export interface Mended {
  readonly caps: readonly MendedCaps[];
  /** Tables to use from now on, in the workspace, with the old ones that they stand for. */
  readonly tables: readonly { readonly from: string; readonly table: string }[];
  readonly leftOut: number;
  /** The table of those, in the workspace. */
  readonly list: string;
}

interface Request {
  readonly examination: Examination;
  readonly plan: MendingPlan;
  readonly only: readonly RepairKind[];
  /** The folder that was looked through, and the new one. */
  readonly folder: string;
  readonly output: string;
}

/** A file in its session folder, with the session's new name. */
function newFilePath(file: string, session: FoundSession, name: SessionKey): string {
  const inside = file.slice(sessionPath(session).length + 1);
  const cut = inside.lastIndexOf('/') + 1;
  const own = `${session.participant_id}_${session.session_id}_`.toLowerCase();
  const base = inside.slice(cut);
  const names = [own, `${session.named.participant_id}_${session.session_id}_`.toLowerCase()];
  const old = names.find((prefix) => base.toLowerCase().startsWith(prefix));
  const renamed = old === undefined ? base : `${name.participant_id}_${name.session_id}_${base.slice(old.length)}`;
  return `${sessionPath(name)}/${inside.slice(0, cut)}${renamed}`;
}

/** Files of a CAPS beside its participants and extractions: masks, descriptions. */
async function besideSubjects(folder: Folder, { caps: { layout, sessions } }: CapsPlan, signal: AbortSignal): Promise<string[]> {
  const own = layout === 'caps' ? [subjectsPath] : sessions.map(({ participant_id }) => participant_id);
  const names = (await folder.list('')).filter(
    ({ name, kind }) => name === 'dataset_description.json' || (kind === 'folder' && ['masks', 'groups'].includes(name)),
  );
  const files: string[] = [];
  for (const { name, kind } of names) {
    if (own.includes(name) || name === extractionsPath) continue;
    if (kind === 'file') files.push(name);
    else files.push(...(await walk(folder, name, signal)).filter((entry) => entry.kind === 'file').map(({ path }) => path));
  }
  return files;
}

async function writeCaps(plan: CapsPlan, to: Folder, context: JobContext): Promise<void> {
  const { readers, signal, report } = context;
  const { caps, sound, nameOf } = plan;
  for (const path of await besideSubjects(caps.folder, plan, signal)) await to.write(path, await caps.folder.read(path));
  let done = 0;
  const tell = (): void => report({ stage: 'mend', done, total: sound.length, unit: 'sessions' });
  tell();
  await mapParallel(sound, readers.size, async (session) => {
    for (const file of session.files) {
      signal.throwIfAborted();
      const grid = caps.images.mended.get(file);
      const path = caps.realPath(file);
      const outputPath = newFilePath(file, session, nameOf(session));
      if (grid === undefined) await to.write(outputPath, await caps.folder.read(path));
      else await readers.mendImage({ caps: to, images: caps.folder, path, outputPath, grid }, signal);
    }
    done++;
    tell();
  });
}

/** A part of a file name out of what people read. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '_')
    .replace(/^_|_$/g, '');

/** Writes everything; the folder is new. */
export async function writeMended({ examination, plan, only, folder, output }: Request, context: JobContext): Promise<Mended> {
  const { workspace } = context;
  const isSpelt = only.includes('spelling');
  const isSingle = plan.caps.length === 1;
  const caps: MendedCaps[] = [];
  for (const one of plan.caps) {
    const { path } = one.caps;
    const at = isSingle ? 'caps' : joinPath('caps', path === '.' ? 'opened' : path);
    if (one.isNew && one.sound.length > 0) await writeCaps(one, workspace.sub(joinPath(output, at)), context);
    const sound: MendedCaps['sound'][number][] = [];
    for (const { title, sessions } of one.kinds) {
      const parts = [isSingle ? '' : slug(path), one.kinds.length > 1 ? slug(title) : ''].filter((part) => part !== '');
      const table = joinPath(output, parts.length === 0 ? 'sound_sessions.tsv' : `sound_sessions/${parts.join('_')}.tsv`);
      await workspace.write(
        table,
        keyTable(
          sessions.map((session) => one.nameOf(session)),
          labelColumns(examination, one, plan.refusedTables, sessions),
        ),
      );
      sound.push({ kind: title, table, sessions: sessions.length });
    }
    caps.push({
      from: path,
      caps_directory: one.isNew ? joinPath(output, at) : joinPath(folder, path) || '.',
      isNew: one.isNew,
      sound,
    });
  }
  const tables: { from: string; table: string }[] = [];
  for (const matched of examination.people.tables) {
    const { path } = matched.table;
    if (plan.refusedTables.has(path)) continue;
    const own = plan.caps.find((one) => one.caps.path === matched.caps?.path);
    const { header, rows, isChanged } = mendedRows(matched, own, isSpelt);
    if (!isChanged) continue;
    const table = joinPath(output, 'tables', path.replace(/\.csv$/i, '.tsv'));
    await workspace.write(table, printTextTable({ header, rows }));
    tables.push({ from: path, table });
  }
  const { leftOut } = plan;
  const reasons = { name: 'reason', values: leftOut.map((one) => one.reasons.join(', ')) };
  const places = { name: 'caps', values: leftOut.map((one) => one.caps) };
  const list = joinPath(output, leftOutFile);
  await workspace.write(list, keyTable(leftOut, [places, reasons]));
  return { caps, tables, leftOut: leftOut.length, list };
}
