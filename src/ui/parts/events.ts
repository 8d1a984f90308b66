/** @file Events between components. */

declare global {
  interface HTMLElementEventMap {
    /** An option of a form has a new value; undefined: back to what is usual. */
    'cdl-change': CustomEvent<{ readonly key: string; readonly value: unknown }>;
    /** Why the command of a form cannot run yet; '' when it can. */
    'cdl-blocked': CustomEvent<{ readonly reason: string }>;
  }
}

export function emit<N extends 'cdl-change' | 'cdl-blocked'>(
  element: HTMLElement,
  name: N,
  detail: HTMLElementEventMap[N]['detail'],
): void {
  element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}
