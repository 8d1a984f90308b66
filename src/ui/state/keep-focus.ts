/**
 * @file Keeps the keyboard where it was working. When the control that has the focus disappears or is switched off (a list that was
 * closed, a Stop whose job has ended), browsers drop the focus to the top of the page; here it goes to the nearest heading instead.
 */

const LOOK_MS = 250;
const headings = 'h1, h2, h3';

/** Begins to watch, for as long as the page lives. */
export function keepFocus(): void {
  let path: readonly HTMLElement[] = [];
  // A focusin stays in the shadow tree in which the focus moves, so it alone does not tell: keys are heard, and the clock looks too.
  const note = (): void => {
    const found = focusPath();
    if (found.length > 0) path = found;
  };
  for (const name of ['focusin', 'keydown'] as const) window.addEventListener(name, note, { capture: true });
  // someone who clicks beside a control leaves it on purpose
  window.addEventListener('pointerdown', (event) => {
    const [target] = event.composedPath();
    if (target instanceof HTMLElement && !path.includes(target))
      path = event.composedPath().filter((item) => item instanceof HTMLElement);
  });
  const look = (): void => {
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (!lost) note();
    if (!lost || path.length === 0 || isUsable(path[0])) return;
    const next = successor(path);
    path = [];
    if (next !== undefined) focusHeading(next);
  };
  for (const name of ['click', 'keyup'] as const) window.addEventListener(name, () => requestAnimationFrame(look));
  setInterval(look, LOOK_MS);
}

/** What has the focus, in the innermost shadow tree, and all around it from the inside to the outside; empty when nothing has. */
function focusPath(): readonly HTMLElement[] {
  let element = document.activeElement;
  if (element === document.body) return [];
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const path: HTMLElement[] = [];
  for (let node: Node | null = element; node !== null; node = node instanceof ShadowRoot ? node.host : node.parentNode)
    if (node instanceof HTMLElement) path.push(node);
  return path;
}

/** Gives the focus to a heading, which Tab alone does not reach. */
export function focusHeading(heading: HTMLElement, options: FocusOptions = {}): void {
  if (heading.tabIndex < 0) heading.tabIndex = -1;
  heading.focus(options);
}

/** The first visible element that fits a selector below a root, in shadow trees too. */
export function deepFind(root: ParentNode, selector: string): HTMLElement | undefined {
  for (const child of root.children) {
    if (!isVisible(child)) continue;
    if (child.matches(selector)) return child as HTMLElement;
    const inside = (child.shadowRoot && deepFind(child.shadowRoot, selector)) ?? deepFind(child, selector);
    if (inside != null) return inside;
  }
  return undefined;
}

/** The heading of the smallest part of the page that is still there, from the inside to the outside. */
function successor(path: readonly HTMLElement[]): HTMLElement | undefined {
  for (const element of path) {
    if (!element.isConnected || !isVisible(element)) continue;
    const heading = (element.shadowRoot && deepFind(element.shadowRoot, headings)) ?? deepFind(element, headings);
    if (heading != null) return heading;
  }
  return undefined;
}

function isUsable(element: HTMLElement): boolean {
  return element.isConnected && isVisible(element) && !element.matches(':disabled');
}

function isVisible(element: Element): boolean {
  return element.checkVisibility();
}
