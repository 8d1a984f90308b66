/** @file The check by eye that was looked at last, so that it is found again after the page was closed. */
const key = 'clinicadl-check-by-eye';

/** Its line, in the folder of this name; null when there is none. */
export function lastCheck(folder: string): string | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return null;
    const { folder: its, line } = kept as { readonly folder?: unknown; readonly line?: unknown };
    return its === folder && typeof line === 'string' ? line : null;
  } catch {
    return null; // no storage for this site
  }
}

export function rememberCheck(folder: string, line: string): void {
  try {
    localStorage.setItem(key, JSON.stringify({ folder, line }));
  } catch {
    // no storage for this site: the table still has all answers
  }
}
