/**
 * @file Icons of the page and of Web Awesome's components, from one file of ours: the library's own icons would be fetched from another
 * server, and set as HTML, which the page's security policy forbids.
 */
import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js';

const sheet = new URL('icons/icons.svg', document.baseURI).pathname;

export function registerIcons(): void {
  for (const library of ['default', 'system']) {
    registerIconLibrary(library, { resolver: (name) => `${sheet}#${name}`, spriteSheet: true, mutator: square });
  }
}

/** An svg without a size is 300 pixels wide, whatever it shows. */
function square(svg: SVGElement): void {
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.style.inlineSize = '1em';
}
