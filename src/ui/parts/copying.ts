/** @file A button that copies a text: what it does, how it looks, and for how long it says so. */
import { css, type ReactiveControllerHost } from 'lit';

export const copyStyles = css`
  button {
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
    min-block-size: 2rem;
    padding: 0 0.6em;
    border: 0;
    border-radius: var(--wa-border-radius-s);
    background: none;
    color: var(--wa-color-text-link);
    font: inherit;
    font-size: var(--wa-font-size-s);
    cursor: pointer;
  }
  button:hover {
    background: var(--wa-color-brand-fill-quiet);
  }
`;

const toldMs = 2000;

export class Copying {
  readonly #host: Pick<ReactiveControllerHost, 'requestUpdate'>;
  /** It was copied a moment ago. */
  done = false;

  constructor(host: Pick<ReactiveControllerHost, 'requestUpdate'>) {
    this.#host = host;
  }

  /** `shown`: where the text stands, to be left selected where the browser refuses to copy. */
  async copy(text: string, shown: Element | null): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      if (shown !== null) getSelection()?.selectAllChildren(shown);
      return;
    }
    this.#tell(true);
    setTimeout(() => this.#tell(false), toldMs);
  }

  #tell(done: boolean): void {
    this.done = done;
    this.#host.requestUpdate();
  }
}
