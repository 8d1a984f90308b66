/** @file `--calculate_emissions`: energy and carbon dioxide of each run, from its time and what the person says of the computer. */
import { printCell } from '../base/python-number';
import type { Folder } from '../folders/folder';
import { readTextTable, writeTextTable } from './text-table';

export const emissionsFile = 'emissions.tsv';
const header = ['split', 'seconds', 'watts', 'kwh', 'g_per_kwh', 'g_co2'];

export interface EmissionsOptions {
  /** Power that the computer takes while it trains. */
  readonly watts: number;
  /** Of the electricity; null: carbon dioxide is not computed. */
  readonly gramsPerKwh: number | null;
}

export interface Emissions {
  readonly kwh: number;
  readonly grams: number | null;
}

export function emissionsOf(seconds: number, { watts, gramsPerKwh }: EmissionsOptions): Emissions {
  const kwh = (seconds / 3600) * (watts / 1000);
  return { kwh, grams: gramsPerKwh === null ? null : kwh * gramsPerKwh };
}

/** Adds a run of a split to the table of the MAPS: a training that was interrupted has several. */
export async function addEmissions(maps: Folder, split: number, seconds: number, options: EmissionsOptions): Promise<Emissions> {
  const { kwh, grams } = emissionsOf(seconds, options);
  const isThere = (await maps.kindOf(emissionsFile)) === 'file';
  const rows = isThere ? readTextTable(await maps.read(emissionsFile), emissionsFile).rows : [];
  const row = [split, seconds, options.watts, kwh, options.gramsPerKwh, grams].map((value) =>
    value === null ? '' : printCell(value),
  );
  await maps.write(emissionsFile, writeTextTable(header, [...rows, [String(split), ...row.slice(1)]]));
  return { kwh, grams };
}
