/** @file Events between components. */

declare global {
  interface HTMLElementEventMap {
    /** An option of a form has a new value; undefined: back to what is usual. */
    'cdl-change': CustomEvent<{ readonly key: string; readonly value: unknown }>;
    /** Why the command of a form cannot run yet; '' when it can. */
    'cdl-blocked': CustomEvent<{ readonly reason: string }>;
    /** What a rater says of an image; a part that is absent stays. */
    'cdl-eye-answer': CustomEvent<{ readonly pass?: boolean | null; readonly comment?: string }>;
  }
}

export function emit<N extends 'cdl-change' | 'cdl-blocked' | 'cdl-eye-answer'>(
  element: HTMLElement,
  name: N,
  detail: HTMLElementEventMap[N]['detail'],
): void {
  element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}
