/** @file A file for an option: chosen or dropped, looked at, written into the open folder; and what there is to say about it. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { FileNote } from '../../jobs/look-at-file';
import type { OutcomeError } from '../../options/outcome';
import { bringFile } from '../state/bring-file';
import { SessionController } from '../state/contexts';
import { errorText } from '../state/session';
import { base } from '../styles/shared';
import { emit } from './events';
import './issue-list';

/** Typing goes on for a while: the file is looked at when it rests. */
const REST_MS = 300;

/** Of endings that are followed by another one in some files: what a browser is told to offer. */
const acceptedBy: Readonly<Record<string, string>> = { '.nii': '.nii,.gz', '.nii.gz': '.nii,.gz', '.pth': '.pth,.tar' };

@customElement('cdl-file-chooser')
export class FileChooser extends LitElement {
  static override styles = [
    base,
    css`
      .drop {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 0.5em;
        margin-block-start: var(--wa-space-2xs);
        padding: 0.3rem 0.6rem;
        border: 1px dashed var(--wa-color-neutral-border-loud);
        border-radius: var(--wa-border-radius-m);
        font-size: var(--wa-font-size-s);
      }
      .drop.over {
        border-color: var(--wa-color-brand-border-loud);
        background: var(--wa-color-brand-fill-quiet);
      }
      button {
        min-block-size: 1.75rem;
        padding: 0;
        border: 0;
        background: none;
        font: inherit;
        color: var(--wa-color-text-link);
        text-decoration: underline;
        text-underline-offset: 0.15em;
        cursor: pointer;
      }
      button:disabled {
        color: var(--wa-color-text-quiet);
        cursor: default;
      }
      input {
        display: none;
      }
      .note {
        margin-block-start: 0.3rem;
        font-size: var(--wa-font-size-s);
        overflow-wrap: anywhere;
      }
      .note wa-icon {
        color: var(--wa-color-success-on-quiet);
      }
    `,
  ];

  /** Key of the option. */
  @property() option = '';
  @property() label = '';
  /** Of the file's name, with its point. */
  @property() ending = '';
  /** Path in the open folder; '' for none. */
  @property() value = '';
  @state() private over = false;
  @state() private busy = false;
  @state() private note: FileNote | undefined;
  @state() private missing = false;
  @state() private error: OutcomeError | undefined;
  private timer = 0;
  private readonly session = new SessionController(this, { jobs: () => {}, studies: () => this.lookLater() });

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('value')) return;
    this.note = undefined;
    this.missing = false;
    if (this.value !== '') this.error = undefined;
    this.lookLater();
  }

  private lookLater(): void {
    clearTimeout(this.timer);
    if (this.value !== '') this.timer = window.setTimeout(() => void this.look(), REST_MS);
  }

  private async look(): Promise<void> {
    const path = this.value;
    try {
      const note = await this.session.value.query('look-at-file', { option: this.option, path, ending: this.ending });
      if (path !== this.value) return;
      this.note = note;
      this.missing = false;
      this.error = undefined;
    } catch (error) {
      if (isAbort(error) || path !== this.value) return;
      const told = errorText(error);
      this.note = undefined;
      this.missing = told.code === 'file-missing';
      this.error = this.missing ? undefined : told;
    }
  }

  /** What is wrong with it is told before anything is written. */
  private async bring(file: File): Promise<void> {
    const session = this.session.value;
    this.busy = true;
    this.error = undefined;
    try {
      // `resnet18.pth.tar` and `mask.nii.gz` hold the ending in their middle.
      const name = file.name.includes(this.ending) ? file.name : file.name + this.ending;
      const bytes = new Uint8Array(await file.arrayBuffer());
      await session.query('look-at-file', { option: this.option, path: file.name, ending: this.ending, bytes });
      const path = await bringFile(session, this.option, name, bytes);
      emit(this, 'cdl-change', { key: this.option, value: path });
    } catch (error) {
      if (!isAbort(error)) this.error = errorText(error);
    }
    this.busy = false;
  }

  private chosen(event: Event): void {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = '';
    if (file !== undefined) void this.bring(file);
  }

  private dropped(event: DragEvent): void {
    event.preventDefault();
    this.over = false;
    const file = event.dataTransfer?.files[0];
    if (file !== undefined && this.isFree) void this.bring(file);
  }

  /** A folder is open, and nothing works in it. */
  private get isFree(): boolean {
    const { workspace, job } = this.session.value;
    return workspace !== undefined && job === undefined && !this.busy;
  }

  protected override render() {
    return html`<div
        class="drop ${this.over ? 'over' : ''}"
        data-testid="drop-file"
        @dragover=${() => (this.over = true)}
        @dragleave=${() => (this.over = false)}
        @drop=${this.dropped}
      >
        <button type="button" ?disabled=${!this.isFree} @click=${() => this.renderRoot.querySelector('input')?.click()}>
          ${this.busy ? 'Reading…' : `Choose a file (${this.ending})`}
        </button>
        <span class="quiet">or drop it here; it is copied into the open folder.</span>
      </div>
      <input type="file" accept=${acceptedBy[this.ending] ?? this.ending} aria-label="File for ${this.label}" data-testid="choose-file" @change=${this.chosen} />
      <div role="status">${this.told()}</div>
      <cdl-error .error=${this.error}></cdl-error>`;
  }

  private told() {
    const { note } = this;
    if (this.missing) return html`<p class="note quiet">There is no file “${this.value}” in the open folder yet.</p>`;
    if (note === undefined) return nothing;
    return html`<p class="note" data-testid="file-note"><wa-icon name="circle-check"></wa-icon> ${textOf(note)}</p>`;
  }
}

function textOf(note: FileNote): string {
  if (note.kind === 'network') return `A list of ${note.layers} layers.`;
  if (note.kind === 'mask')
    return `A mask of ${note.shape.join(' × ')} voxels${note.binary ? '' : ', but of other values than 0 and 1'}.`;
  if (note.kind === 'known') {
    const same = note.name === null ? 'Another file than ClinicaDL’s' : `The same file as ClinicaDL’s ${note.name}`;
    return `${same}: ${note.what}. SHA-256 ${note.sha256}`;
  }
  const known =
    note.publicFile === null
      ? 'Its weights fit, but it is not a file that PyTorch publishes.'
      : `The public file ${note.publicFile}.`;
  return `${known} SHA-256 ${note.sha256}`;
}
