/**
 * @file How a checkpoint is committed, over any table of parts and pointers.
 *
 * The parts are written first, then one small pointer that names them with their SHA-256. The newest pointer whose parts match is
 * the checkpoint, so a save that was cut short at any point leaves the one before. Two generations are kept: when the newest turns
 * out to be damaged, there is another.
 */
import { sha256 } from '../base/sha256';
import type { RunRecord } from './store';

interface PointerPart {
  readonly name: string;
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

export interface Pointer {
  readonly runId: string;
  /** Counts the saves of a run. */
  readonly generation: number;
  readonly record: RunRecord;
  readonly parts: readonly PointerPart[];
}

export interface PartKey {
  readonly runId: string;
  readonly generation: number;
  readonly name: string;
}

/** The little that a place for checkpoints must do. Every call is on disk when it resolves. */
export interface CheckpointTables {
  putPart(key: PartKey, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  getPart(key: PartKey): Promise<Uint8Array<ArrayBuffer> | undefined>;
  partKeys(runId: string): Promise<readonly PartKey[]>;
  deletePart(key: PartKey): Promise<void>;
  putPointer(pointer: Pointer): Promise<void>;
  /** Of one run, or of all. */
  pointers(runId?: string): Promise<readonly Pointer[]>;
  deletePointer(runId: string, generation: number): Promise<void>;
}

export type Parts = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

const keptGenerations = 2;

/** Writes a new generation and then clears away all but the two newest. After a rejection the earlier ones are untouched. */
export async function commit(tables: CheckpointTables, runId: string, record: RunRecord, parts: Parts): Promise<void> {
  const generations = [...(await tables.pointers(runId)), ...(await tables.partKeys(runId))].map((row) => row.generation);
  const generation = Math.max(0, ...generations) + 1;
  try {
    const pointerParts: PointerPart[] = [];
    for (const [name, bytes] of Object.entries(parts)) {
      await tables.putPart({ runId, generation, name }, bytes);
      pointerParts.push({ name, sizeBytes: bytes.length, sha256: await sha256(bytes) });
    }
    await tables.putPointer({ runId, generation, record, parts: pointerParts });
  } catch (error) {
    await clear(tables, runId, (found) => found === generation).catch(() => {}); // the next save clears what is left
    throw error;
  }
  const newest = (await tables.pointers(runId)).map((pointer) => pointer.generation).sort((a, b) => b - a);
  const kept = new Set(newest.slice(0, keptGenerations));
  await clear(tables, runId, (found) => !kept.has(found));
}

/** Deletes generations; a pointer goes before its parts, so that no pointer ever lacks them. */
export async function clear(tables: CheckpointTables, runId: string, which: (generation: number) => boolean): Promise<void> {
  for (const { generation } of await tables.pointers(runId)) if (which(generation)) await tables.deletePointer(runId, generation);
  for (const key of await tables.partKeys(runId)) if (which(key.generation)) await tables.deletePart(key);
}

async function partsOf(tables: CheckpointTables, { runId, generation, parts }: Pointer): Promise<Parts | undefined> {
  const found: Record<string, Uint8Array<ArrayBuffer>> = {};
  for (const { name, sizeBytes, sha256: expected } of parts) {
    const bytes = await tables.getPart({ runId, generation, name });
    if (bytes?.length !== sizeBytes || (await sha256(bytes)) !== expected) return undefined;
    found[name] = bytes;
  }
  return found;
}

/** The newest generation that is whole: undefined when the run has none, 'damaged' when it has only others. */
export async function newestWhole(
  tables: CheckpointTables,
  runId: string,
): Promise<{ readonly pointer: Pointer; readonly parts: Parts } | 'damaged' | undefined> {
  const pointers = [...(await tables.pointers(runId))].sort((a, b) => b.generation - a.generation);
  for (const pointer of pointers) {
    const parts = await partsOf(tables, pointer);
    if (parts !== undefined) return { pointer, parts };
  }
  return pointers.length === 0 ? undefined : 'damaged';
}
