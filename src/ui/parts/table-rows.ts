/** @file The rows of a table that are shown. */

export type Cells = readonly string[];

/** Rows with a cell for each word of the search; upper and lower case are one. */
export function rowsWith(rows: readonly Cells[], search: string): readonly Cells[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => words.every((word) => row.some((cell) => cell.toLowerCase().includes(word))));
}

export interface ShownPage {
  readonly rows: readonly Cells[];
  /** 0-based, brought into range. */
  readonly page: number;
  readonly pages: number;
  /** 0-based number of the first row. */
  readonly from: number;
}

export function pageOf(rows: readonly Cells[], page: number, pageSize: number): ShownPage {
  const pages = Math.max(1, Math.ceil(rows.length / pageSize));
  const inRange = Math.min(Math.max(0, page), pages - 1);
  const from = inRange * pageSize;
  return { rows: rows.slice(from, from + pageSize), page: inRange, pages, from };
}
