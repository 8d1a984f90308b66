/** @file Which inputs an architecture can take: errors that say what was found and the smallest that works. */
import { appError } from '../../base/errors';

/** Throws `network-input-rank` unless the input has so many spatial axes. */
export function checkRank(architecture: string, inputSize: readonly number[], ranks: readonly number[] = [2, 3]): void {
  const rank = inputSize.length - 1;
  if (!ranks.includes(rank)) throw appError('network-input-rank', { architecture, rank, expected: ranks.join(' or ') });
}

/** Throws `network-input-channels`. */
export function checkChannels(architecture: string, [channels]: readonly number[], expected: number): void {
  if (channels !== expected) throw appError('network-input-channels', { architecture, channels, expected });
}

/**
 * Throws `network-input-small` unless one axis is longer than `longest`: with none, a norm would see a single value of an image, whose
 * deviation is unknown.
 */
export function checkOneAxis(architecture: string, [, ...space]: readonly number[], longest: number): void {
  if (space.every((length) => length <= longest))
    throw appError('network-input-small', { architecture, size: space.join(' × '), smallest: longest + 1 });
}

/** Throws `network-input-axis` unless every axis is as long as `smallest`. */
export function checkEachAxis(architecture: string, [, ...space]: readonly number[], smallest: number): void {
  if (space.some((length) => length < smallest))
    throw appError('network-input-axis', { architecture, size: space.join(' × '), smallest });
}
