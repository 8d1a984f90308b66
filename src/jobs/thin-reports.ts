/** @file At most ten progress reports a second; the last of a stage always arrives, and every epoch's numbers do. */
import type { Progress } from '../base/job';

const MIN_INTERVAL_MS = 100;

export function thinReports(
  send: (progress: Progress) => void,
  now: () => number = () => performance.now(),
): (progress: Progress) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const time = now();
    if (progress.live === undefined && progress.done < progress.total && time - last < MIN_INTERVAL_MS) return;
    last = time;
    send(progress);
  };
}
