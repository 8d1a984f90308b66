/** @file What the import doctor finds: an issue of the catalogue, whom it concerns, and whether and how it is mended. */
import type { Code } from '../../base/catalogue';
import type { Values } from '../../base/errors';
import { type Issue, makeIssue } from '../../base/issues';
import type { SessionKey } from '../../caps/entities';
import type { RepairKind } from '../../options/doctor';

/** A session as its folders are called. */
export interface PlacedSession extends SessionKey {
  /** The CAPS or BIDS folder that it is in. */
  readonly caps: string;
}

export interface Finding {
  readonly issue: Issue;
  /** Null: nothing is mended, and the sessions are left out. */
  readonly repair: RepairKind | null;
  /** The CAPS or BIDS folder that it is about; absent for tables alone. */
  readonly caps?: string;
  /** Sessions that cannot be used as they are. */
  readonly sessions: readonly PlacedSession[];
  /** The table that cannot be used as it is. */
  readonly table?: string;
}

interface Row {
  /** For lists of numbers, and for the report without names. */
  readonly title: string;
  readonly repair: RepairKind | null;
}

const mended = (repair: RepairKind, title: string): Row => ({ title, repair });
const told = (title: string): Row => ({ title, repair: null });
const damaged = told('Image that cannot be read: cut short, damaged, or no image');

const rows: Partial<Readonly<Record<Code, Row>>> = {
  'doctor-utf16': mended('tables', 'Table in UTF-16'),
  'doctor-mark': mended('tables', 'Table with a byte order mark'),
  'doctor-separator': mended('tables', 'Table whose cells are not separated by tabs'),
  'doctor-decimals': mended('tables', 'Table with decimal commas'),
  'doctor-index': mended('tables', 'Table with an extra index column'),
  'doctor-decimals-unsure': told('Table with commas that may be thousands'),
  'doctor-table-format': told('Workbook of a spreadsheet program'),
  'doctor-blanks': mended('spelling', 'Table with blanks around identifiers'),
  'doctor-spelled': mended('spelling', 'Table that spells identifiers otherwise than the folders'),
  'doctor-digits': mended('spelling', 'Table that writes sessions with other digits than the folders'),
  'doctor-digits-table': mended('spelling', 'Table with sessions of two and three digits'),
  'doctor-digits-folders': mended('spelling', 'CAPS with sessions of two and three digits'),
  'doctor-folder-name': mended('spelling', 'Folder of a participant or session that is spelt otherwise'),
  'doctor-spelling-unsure': told('Row that may be one of several sessions'),
  'doctor-folder-twice': told('Session with two folders'),
  'doctor-folder-unclear': told('Folder with a name that is none of a participant or session'),
  'doctor-label-missing': told('Session with images and without a diagnosis'),
  'doctor-two-cohorts': told('Participant in two cohorts'),
  'doctor-caps-bare': mended('layout', 'CAPS without its folder "subjects"'),
  'doctor-caps-both': mended('layout', 'CAPS with participants beside "subjects"'),
  'doctor-caps-raw': told('Raw BIDS images in a CAPS'),
  'doctor-session-bare': told('Session without an image'),
  'doctor-image-elsewhere': told('Image whose name says another session'),
  'doctor-turned': mended('orientation', 'Image with exchanged or turned axes'),
  'doctor-grid': mended('grid', 'Image on another grid, whole voxels away'),
  'doctor-grid-resample': told('Image on another grid, to be resampled'),
  'doctor-grid-unclear': told('Images on several grids, none with most'),
  'doctor-unplaced': told('Image whose header says no place'),
  'doctor-nan': told('Image with NaN'),
  'doctor-duplicate': told('Same image under two names'),
  'values-infinite': told('Image with infinite values'),
  'image-constant': told('Image of one value'),
  'image-not-3d': told('Image with other than three dimensions'),
  'image-twice': told('Session with several images of one kind'),
  'participants-without-sessions': told('Participants without a session'),
  'gzip-damaged': damaged,
  'gzip-too-large': damaged,
  'nifti-truncated': damaged,
  'nifti-damaged': damaged,
  'nifti-too-large': damaged,
  'nifti-voxel-type': damaged,
  'file-empty': damaged,
  'file-is-pointer': damaged,
  'file-is-other': damaged,
};

const other = told('File or folder that cannot be read');

/** The title of a code, in the singular; no names in it. */
export function titleOfCode(code: Code): string {
  return (rows[code] ?? other).title;
}

interface About extends Partial<Pick<Finding, 'caps' | 'table'>> {
  /** In `caps` where they do not say another. */
  readonly sessions?: readonly (SessionKey & { readonly caps?: string })[];
}

/** A finding of an issue that another room has put into words. */
export function findingOf(issue: Issue, { caps, sessions = [], table }: About): Finding {
  const { repair } = rows[issue.code] ?? other;
  const placed = sessions.map(({ participant_id, session_id, caps: own = caps ?? '.' }) => ({
    participant_id,
    session_id,
    caps: own,
  }));
  return { issue, repair, sessions: placed, ...(caps === undefined ? {} : { caps }), ...(table === undefined ? {} : { table }) };
}

/** A finding in the words of its row of the catalogue; `where`: the file or session. */
export function found(code: Code, values: Values, where: string, about: About = {}): Finding {
  const severity = (rows[code] ?? other).repair === null ? 'error' : 'warning';
  return findingOf(makeIssue(code, values, where, severity), about);
}
