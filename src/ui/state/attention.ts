/** @file While a job runs: its percentage in the tab's title, the screen kept on, and a question before the tab is closed with it. */
import type { Session } from './session';

const ask = (event: BeforeUnloadEvent): void => event.preventDefault();

/** Watches the session for as long as the page lives. `title` names the page that is shown. */
export function watchJobs(session: Session, title: () => string): void {
  let guarded = false;
  let working = false;
  let screen: WakeLockSentinel | undefined;

  const keepScreenOn = async (): Promise<void> => {
    if (screen !== undefined || !('wakeLock' in navigator) || document.visibilityState !== 'visible') return;
    try {
      const lock = await navigator.wakeLock.request('screen');
      if (session.job === undefined) return lock.release();
      screen = lock;
      lock.addEventListener('release', () => {
        screen = undefined;
      });
    } catch {
      // refused to save energy: the job goes on all the same
    }
  };

  const update = (): void => {
    const { job, workspace } = session;
    document.title = titleOf(title(), job?.share, job !== undefined);
    // A folder in memory goes with the tab.
    const guard = job !== undefined || workspace?.kind === 'memory';
    if (guard !== guarded) window[guard ? 'addEventListener' : 'removeEventListener']('beforeunload', ask);
    guarded = guard;
    if ((job !== undefined) === working) return;
    working = job !== undefined;
    if (working) void keepScreenOn();
    else void screen?.release();
  };
  for (const name of ['jobs', 'workspace']) session.addEventListener(name, update);
  window.addEventListener('hashchange', () => queueMicrotask(update));
  document.addEventListener('visibilitychange', () => {
    if (session.job !== undefined) void keepScreenOn();
  });
  update();
}

/** `42 % · Train · ClinicaDL web`; `… · Train` while a running job has no share yet. */
function titleOf(page: string, share: number | undefined, running: boolean): string {
  const state = running ? [share === undefined ? '…' : `${Math.floor(share * 100)} %`] : [];
  return [...state, page, 'ClinicaDL web'].join(' · ');
}
