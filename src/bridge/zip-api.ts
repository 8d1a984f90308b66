/** @file Contract between the page and the zip worker: types only. */
import type { Progress } from '../base/job';
import type { FolderSource } from '../folders/source';

export interface ImportRequest {
  readonly zip: Blob;
  readonly folder: FolderSource;
  /** Inside the folder. */
  readonly path: string;
  /** Of all files together, unpacked. */
  readonly maxBytes: number;
}

export interface ExportRequest {
  readonly folder: FolderSource;
  readonly path: string;
}

export interface ZipApi {
  importZip(request: ImportRequest, signal: AbortSignal, report: (progress: Progress) => void): Promise<readonly string[]>;
  exportZip(request: ExportRequest, signal: AbortSignal, report: (progress: Progress) => void): Promise<Blob>;
}
