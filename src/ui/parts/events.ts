/** @file Events between components: each means that a person acted. */

declare global {
  interface HTMLElementEventMap {
    /** An option of a form has a new value; undefined: back to what is usual. */
    'cdl-change': CustomEvent<{ readonly key: string; readonly value: unknown }>;
    /** A row of a table was chosen. */
    'cdl-choose': CustomEvent<{ readonly index: number }>;
  }
}

export function emit<N extends 'cdl-change' | 'cdl-choose'>(
  element: HTMLElement,
  name: N,
  detail: HTMLElementEventMap[N]['detail'],
): void {
  element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}
