/** @file While a job runs: its percentage in the tab's title, the screen kept on, and a question before the tab is closed. */
import type { Session } from './session';

const ask = (event: BeforeUnloadEvent): void => event.preventDefault();

/** Watches the session for as long as the page lives. `title` names the page that is shown. */
export function watchJobs(session: Session, title: () => string): void {
  let guarded = false;
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
    const { job } = session;
    document.title = titleOf(title(), job?.share, job !== undefined);
    if ((job !== undefined) === guarded) return;
    guarded = job !== undefined;
    if (guarded) {
      window.addEventListener('beforeunload', ask);
      void keepScreenOn();
    } else {
      window.removeEventListener('beforeunload', ask);
      void screen?.release();
    }
  };
  session.addEventListener('jobs', update);
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
