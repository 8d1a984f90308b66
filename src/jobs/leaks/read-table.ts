/** @file A table of sessions as the detective reads it: who is in it, the column that numbers parts of images, those that name sites. */
import type { Folder } from '../../folders/folder';
import { pythonTexts } from '../../formats/python-text';
import { readSessionTable } from '../../formats/session-table';
import { column } from '../../formats/tsv';
import { participantKey, type Session } from '../../maps/leakage';

export interface ReadTable {
  readonly file: string;
  readonly rows: readonly Session[];
  /** Name of the column that numbers slices, patches or regions. */
  readonly elements: string | null;
  /** Label of each row; null without the column. */
  readonly labels: readonly (string | null)[] | null;
  readonly sites: readonly { readonly name: string; readonly values: readonly (string | null)[] }[];
}

const elementColumn = /^(slice|patch|roi|region|element|crop|augmentation|augmented)([ _]?(id|idx|index|no|number|position))?$/i;
const siteColumn =
  /^(site|cent(er|re)|scanner|manufacturer|vendor|institution|hospital|magnetic[ _]?field([ _]?strength)?|field[ _]?strength|cohort)([ _]?(id|name|code|model))?$/i;

export interface TableWishes {
  readonly label: string;
  /** A column of sites by its own name; null: those whose name says so. */
  readonly site: string | null;
}

/** Throws what `readSessionTable` throws, and `column-missing` for a table that names no participants or sessions. */
export async function readTable(folder: Folder, file: string, { label, site }: TableWishes): Promise<ReadTable> {
  const table = readSessionTable(await folder.read(file), { where: file });
  const sessions = column(table, 'session_id', file).values;
  const rows = column(table, 'participant_id', file).values.map((participant, i) => ({
    participant_id: String(participant),
    session_id: String(sessions[i]),
  }));
  const own = table.columns.find(({ name }) => name === label);
  const isSite = (name: string): boolean => (site === null ? siteColumn.test(name) : name === site);
  return {
    file,
    rows,
    elements: table.columns.find(({ name }) => elementColumn.test(name))?.name ?? null,
    labels: own === undefined ? null : pythonTexts(own).texts,
    sites: table.columns
      .filter(({ name }) => name !== label && isSite(name))
      .map((found) => ({ name: found.name, values: pythonTexts(found).texts })),
  };
}

/** Labels and sites of some tables, one row for each person: the first that has both. Columns with one site are left out. */
export function siteColumns(tables: readonly ReadTable[]): {
  readonly columns: readonly { readonly name: string; readonly sites: readonly string[]; readonly labels: readonly string[] }[];
  readonly files: readonly string[];
} {
  const names = [...new Set(tables.flatMap(({ sites }) => sites.map(({ name }) => name)))];
  const columns = names.map((name) => {
    const people = new Map<string, { readonly site: string; readonly label: string }>();
    for (const { rows, labels, sites } of tables) {
      const values = sites.find((one) => one.name === name)?.values;
      if (values === undefined || labels === null) continue;
      for (const [i, row] of rows.entries()) {
        const [site, label] = [values[i], labels[i]];
        const key = participantKey(row);
        if (site !== null && label !== null && !people.has(key)) people.set(key, { site, label });
      }
    }
    const found = [...people.values()];
    return { name, sites: found.map(({ site }) => site), labels: found.map(({ label }) => label) };
  });
  const some = columns.filter(({ sites }) => new Set(sites).size > 1);
  const files = tables.filter(({ sites }) => sites.length > 0).map(({ file }) => file);
  return { columns: some, files };
}
