/** @file A command line as text that is broken between its words, never between an option and its value. */
import { css, html, type TemplateResult } from 'lit';

/** Parts of a line that stay together: blanks, words, and options with the word after them. Joined they are the line. */
export function partsOf(line: string): string[] {
  const words = line.match(/(?:\s|\\\r?\n|\\$)+|(?:'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\\[^\r\n]|[^\s'"\\]|['"\\])+/g) ?? [];
  const parts: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const [word, gap, value] = words.slice(at, at + 3);
    const isOption = /^--?[A-Za-z]/.test(word) && !word.includes('=');
    if (isOption && gap !== undefined && /^[ \t]+$/.test(gap) && value !== undefined && !/^-[A-Za-z-]/.test(value)) {
      parts.push(word + gap + value);
      at += 2;
    } else parts.push(word);
  }
  return parts;
}

function isGap(part: string): boolean {
  return /^(?:\s|\\\r?\n|\\$)*$/.test(part);
}

/** Inside of `<code>`. */
export function commandText(line: string): TemplateResult {
  return html`${partsOf(line).map((part) => (isGap(part) ? part : html`<span class="part">${part}</span>`))}`;
}

/** A sentence; command lines in quotation marks become code. */
export function sentenceText(sentence: string): TemplateResult {
  const parts = sentence.split(/"(clinicadl [^"]+)"/);
  return html`${parts.map((part, i) => (i % 2 === 0 ? part : html`<code class="command">${commandText(part)}</code>`))}`;
}

export const commandTextStyles = css`
  /* A box of its own is moved to the next line whole; one that is wider than the line is broken inside. */
  .part {
    display: inline-block;
    max-inline-size: 100%;
  }
`;
