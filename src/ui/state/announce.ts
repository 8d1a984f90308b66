/** @file What a screen reader hears of a job: its beginning, each stage and epoch, its end; never each batch. */
import { duration, titleOfLine } from '../parts/words';
import { placeOfLive } from './curves';
import type { Job } from './job';

export function announcementOf(job: Job): string {
  const title = titleOfLine(job.line);
  const { state } = job;
  if (state.kind !== 'running') {
    const time = duration((state.endedAt - job.startedAt) / 1000);
    if (state.kind === 'failed') return `${title} failed: ${state.outcome.error?.message ?? 'unknown reason'}`;
    return `${title} ${state.kind === 'done' ? 'is done' : 'was stopped'} after ${time}.`;
  }
  if (state.stopping) return `${title} is stopping.`;
  const last = job.epochs.at(-1);
  const epoch = last === undefined ? '' : `, ${placeOfLive(last)}`;
  return state.progress === undefined ? `${title} has begun.` : `${title}: ${state.progress.stage}${epoch}.`;
}
