/**
 * @file The reading side as jobs and loaders see it: requests are plain data that can be posted to a worker, so the same calls run
 * here (`inline-readers.ts`) or in a pool of workers.
 */
import type { Folder } from '../folders/folder';
import type { FolderSource } from '../folders/source';
import type { Affine } from '../formats/nifti-affine';
import type { Factors } from '../images/disease-jacobian';
import type { Extraction } from '../images/extract';
import type { Grid } from '../images/grid';
import type { Simulation } from '../images/simulate';
import type { TransformNotes, TransformOptions } from '../images/transforms';
import type { Triple } from '../images/volume';
import type { Sample } from './batch';
import type { Recipe } from './generate-image';
import type { QualityAnswers, QualityKind, QualityRequest } from './quality';

/** A folder, or what a worker needs to open it again. A pool posts the source. */
export type FolderAddress = Folder | FolderSource;

/** One image of a CAPS to be turned into tensor files. */
export interface ExtractSessionRequest {
  readonly caps: FolderAddress;
  /** Where the image lies, if not in the CAPS. */
  readonly images?: FolderAddress;
  /** The `.nii` or `.nii.gz` file, inside the CAPS or that folder. */
  readonly imagePath: string;
  /** Folder for the tensors, inside the CAPS. */
  readonly outputPath: string;
  readonly extraction: Extraction;
  /** The image itself is what a network will see, not elements cut from it. */
  readonly whole: boolean;
}

export interface ExtractSessionResult {
  /** Paths inside the CAPS. */
  readonly written: readonly string[];
  /** Of the image, before extraction. */
  readonly shape: readonly number[];
  /** Of the image. */
  readonly notes: TransformNotes;
  /** How many of the elements hold one value only. */
  readonly constantElements: number;
}

/** One element of one session. */
export interface ReadSampleRequest {
  readonly caps: FolderAddress;
  /** The `.pt` file, inside the CAPS: a whole image, or the saved element itself. */
  readonly path: string;
  /** What to cut from the whole image; null when the file holds the element. */
  readonly extraction: Extraction | null;
  /** Number of the element in its image. */
  readonly element: number;
  /** Shape that the element must have before size reduction. */
  readonly shape: readonly number[];
  readonly transforms: TransformOptions;
  /** The other elements of the image are asked for by nobody before this one is asked for again: one of several networks sees it. */
  readonly alone: boolean;
  /** Names one opened data set: a reader may keep a whole image for the next request with the same key and path. */
  readonly datasetKey: string;
  readonly participant_id: string;
  readonly session_id: string;
  readonly elementId: number;
  readonly label: number | undefined;
}

/** A sample and what was noticed on the way. */
export interface ReadSample extends Sample {
  readonly notes: TransformNotes;
}

export interface InspectImageRequest {
  readonly caps: FolderAddress;
  /** A `.nii`, `.nii.gz` or `.pt` file, inside the CAPS. */
  readonly path: string;
}

/** What the first bytes of a file tell. */
export interface ImageGeometry {
  /** [d, h, w] of an image, without axes of size 1 after the third; the tensor's own shape for a `.pt` file. */
  readonly shape: readonly number[];
  /** Length of a voxel along each axis; null for tensors, which do not know it. */
  readonly voxelSizesMm: readonly number[] | null;
  /** Voxel → millimetres; null for tensors. */
  readonly affine: Affine | null;
}

/** One simulated image to be computed and written. */
export interface SimulateSessionRequest {
  readonly caps: FolderAddress;
  /** The `.nii.gz` file, inside the CAPS. */
  readonly outputPath: string;
  /** The template as a `.nii.gz` file. */
  readonly template: Uint8Array<ArrayBuffer>;
  /** Of the image: that of the template, or twice as much. */
  readonly voxelSizeMm: number;
  readonly simulation: Simulation;
  /** The logarithm of what the disease left of each place, to be written too; absent: it is not. */
  readonly truth?: { readonly path: string; readonly healthyFactors: Factors };
}

/** One image, or phantom, to be generated and written. */
export interface GenerateImageRequest {
  /** Holds all that the paths of the recipe name, and what is written. */
  readonly caps: FolderAddress;
  readonly outputPath: string;
  readonly recipe: Recipe;
}

export interface CountLostRequest {
  readonly caps: FolderAddress;
  /** An image file. */
  readonly path: string;
  /** Mask files on its grid. */
  readonly masks: readonly string[];
}

export interface ExamineImageRequest {
  readonly caps: FolderAddress;
  /** A `.nii` or `.nii.gz` file. */
  readonly path: string;
  /** Read the voxels, too; else the header and the length of the file alone. */
  readonly voxels: boolean;
}

export interface ImageExamination {
  readonly shape: Triple;
  /** Voxel → millimetres. */
  readonly affine: Affine;
  /** The header says where the image lies; without that the affine follows from voxel sizes alone. */
  readonly isPlaced: boolean;
  /** A voxel stored as 0 has the value 0. */
  readonly storesZero: boolean;
  /** Of the voxels, 0 where they were not read. */
  readonly nanCount: number;
  /** Equal for images of equal values; null where they were not read. */
  readonly hash: string | null;
}

/** One image to be written anew on another grid, by whole voxels. */
export interface MendImageRequest {
  /** Gets the image. */
  readonly caps: FolderAddress;
  /** Where the image lies. */
  readonly images: FolderAddress;
  readonly path: string;
  readonly outputPath: string;
  readonly grid: Grid;
}

export interface Readers {
  /** How many requests are worked on at the same time. */
  readonly size: number;
  /** Computes an image of the template, and the truth about it, writes them. */
  simulateSession(request: SimulateSessionRequest, signal: AbortSignal): Promise<void>;
  /** Makes an image by its recipe, writes it. */
  generateImage(request: GenerateImageRequest, signal: AbortSignal): Promise<void>;
  /** How many voxels are 0 neither in the image nor in the mask, for each mask. Throws `generate-mask-shape`. */
  countLost(request: CountLostRequest, signal: AbortSignal): Promise<readonly number[]>;
  /** Reads an image, and tells what a quality check asks. Throws `quality-mask-shape`. */
  lookAtQuality<K extends QualityKind>(request: QualityRequest<K>, signal: AbortSignal): Promise<QualityAnswers[K]>;
  /** Reads an image, writes its tensors. A file is whole or absent, also after an abort. */
  extractSession(request: ExtractSessionRequest, signal: AbortSignal): Promise<ExtractSessionResult>;
  readSample(request: ReadSampleRequest, signal: AbortSignal): Promise<ReadSample>;
  /** Throws as `examineImage`. */
  examineImage(request: ExamineImageRequest, signal: AbortSignal): Promise<ImageExamination>;
  /** Throws as `mendImage`. */
  mendImage(request: MendImageRequest, signal: AbortSignal): Promise<void>;
  inspectImage(request: InspectImageRequest, signal: AbortSignal): Promise<ImageGeometry>;
  dispose(): void;
}
