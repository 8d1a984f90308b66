/**
 * @file Whether the people of a training can be told from its MAPS. A model that was handed over without them has a note in place of
 * their list, and so has every training that begins with such a model.
 */
import type { Folder } from '../folders/folder';
import { leftOutNote } from './layout';

export async function isListLeftOut(maps: Folder): Promise<boolean> {
  return (await maps.kindOf(leftOutNote)) === 'file';
}

/** The content of the note. `began`: the networks began with those of such a model, and only that one's people are missing. */
export function leftOutText(began: boolean): Uint8Array<ArrayBuffer> {
  const who = began
    ? 'The networks of this MAPS began with those of a model whose training list was left out: train+validation.tsv has the people of this training alone.'
    : 'The list of the people whom this model was trained on was left out when it was handed over.';
  return new TextEncoder().encode(`${who}\nWhether somebody was among them cannot be checked.\n`);
}
