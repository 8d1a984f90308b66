/** @file What lies on the disk of a study, as the detective judges it: read by `gather-*.ts`, never written. */
import type { Journal, Model } from '../../maps/journal';

/** A row of a table. */
export interface SideRow {
  readonly participant_id: string;
  readonly session_id: string;
  /** Equal for rows of one person, whatever the spelling of the path. */
  readonly person: string;
}

export interface Side {
  /** `train of split 0`, `the group test`, or the path of a table. */
  readonly name: string;
  readonly role: 'train' | 'validation' | 'test' | 'listed';
  readonly split: number | null;
  readonly file: string;
  readonly rows: readonly SideRow[];
  /** The column that numbers slices, patches or regions; null without one. */
  readonly elements: string | null;
}

/** Two sides that must have nobody in common. */
export interface Pair {
  readonly learnt: Side;
  readonly judged: Side;
  /** False where the first is a list that may name people who were not learnt from. */
  readonly isCertain: boolean;
}

export interface TestGroup {
  readonly side: Side;
  /** Who it is now, as the journal says it. */
  readonly people: string;
  /** Networks that have results with metrics of it. */
  readonly results: readonly Model[];
}

/** Another MAPS of the same task, beside this one. */
export interface OtherMaps {
  readonly path: string;
  readonly journal: Journal | null;
  /** Its groups that have people of ours. */
  readonly shared: readonly {
    readonly ours: string;
    readonly people: string;
    readonly results: readonly Model[];
  }[];
}

export interface TransferSource {
  readonly path: string;
  /** Whoever it was trained or validated on, with the sources before it. */
  readonly rows: readonly SideRow[];
  readonly isLeftOut: boolean;
}

export interface TransferFacts {
  readonly begins: 'drawn weights' | 'weights of a file' | 'networks of a MAPS';
  readonly sources: readonly TransferSource[];
  /** Of the chain, the path that is not in the opened folder; null: all of it is there. */
  readonly lost: string | null;
  /** Those of the list train+validation.tsv who are in no group: the source's, where its MAPS is not there. */
  readonly listed: readonly SideRow[];
  /** By split: whom the networks that it began with had learnt from. */
  readonly trainedOn: readonly { readonly split: number; readonly rows: readonly SideRow[] }[];
}

export interface MapsFacts {
  readonly groups: readonly TestGroup[];
  readonly models: readonly Model[];
  readonly journal: Journal | null;
  readonly others: readonly OtherMaps[];
  readonly transfer: TransferFacts;
  /** Elements vote: how the weights of the vote are known. */
  readonly vote: 'none' | 'validation tables' | 'counts without names';
}

export interface ImageFacts {
  /** Fingerprint of the voxels of each session, by side and row. */
  readonly seen: readonly { readonly side: Side; readonly row: SideRow; readonly voxels: string; readonly file: string }[];
  /** Sessions whose image could not be read. */
  readonly unread: readonly string[];
}

export interface SiteFacts {
  readonly label: string;
  /** Columns that name a site or scanner. */
  readonly columns: readonly { readonly name: string; readonly sites: readonly string[]; readonly labels: readonly string[] }[];
  readonly files: readonly string[];
}

export interface Facts {
  /** A MAPS, or tables alone. */
  readonly path: string;
  readonly pairs: readonly Pair[];
  readonly sides: readonly Side[];
  /** The list of the training was left out of the MAPS. */
  readonly isLeftOut: boolean;
  /** Null for tables alone. */
  readonly maps: MapsFacts | null;
  /** A text: why the images were not compared. */
  readonly images: ImageFacts | string;
  readonly site: SiteFacts;
}
