/** @file The names of participants and sessions, and file names cut at their underscores. */

export interface SessionKey {
  readonly participant_id: string;
  readonly session_id: string;
}

/** How a session is written in messages and issues. */
export function sessionText({ participant_id, session_id }: SessionKey): string {
  return `${participant_id} | ${session_id}`;
}

/** True for `sub-` and letters or digits. */
export function isParticipantId(text: string): boolean {
  return /^sub-[A-Za-z0-9]+$/.test(text);
}

/** True for `ses-` and letters or digits. */
export function isSessionId(text: string): boolean {
  return /^ses-[A-Za-z0-9]+$/.test(text);
}

/** Name of an image without `.nii.gz` or `.nii`, cut at the last underscore: `sub-A_…_res-1x1x1` and `T1w`. */
export function splitImageName(imageName: string): { readonly stem: string; readonly suffix: string } {
  const bare = imageName.replace(/\.nii(?:\.gz)?$/i, '');
  const at = bare.lastIndexOf('_');
  return { stem: bare.slice(0, Math.max(at, 0)), suffix: bare.slice(at + 1) };
}
