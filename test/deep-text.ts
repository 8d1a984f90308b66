/** @file The text that is seen in a part of the page, components included: `innerText` ends at their borders. */
import type { Locator } from 'playwright-core';

/** Texts of all shown nodes in the order of the tree, joined by line ends. */
export function deepText(locator: Locator): Promise<string> {
  return locator.evaluate((root) => {
    const texts: string[] = [];
    const visit = (node: Node): void => {
      if (node instanceof Text) {
        const text = node.data.replace(/\s+/g, ' ').trim();
        if (text !== '') texts.push(text);
      }
      if (node instanceof HTMLElement && !node.checkVisibility()) return;
      if (node instanceof HTMLStyleElement) return;
      const inside = node instanceof Element && node.shadowRoot !== null ? node.shadowRoot : node;
      for (const child of inside.childNodes) visit(child);
    };
    visit(root);
    return texts.join('\n');
  });
}
