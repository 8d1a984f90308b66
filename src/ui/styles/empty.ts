/** @file Components that have nothing to show take no room, and no gap in a stack either. */

/** Call it from `updated`. */
export function hideWhenEmpty(element: HTMLElement & { readonly renderRoot: HTMLElement | DocumentFragment }): void {
  element.hidden = element.renderRoot.childElementCount === 0;
}
