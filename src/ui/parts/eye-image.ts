/** @file One image of a check by eye: three slices, the two answers, a comment. Its name is not shown. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { GreyPlane } from '../../jobs/planes';
import type { OutcomeError } from '../../options/outcome';
import { base, controls } from '../styles/shared';
import { emit } from './events';
import { paintGrey } from './paint-grey';

const titles = ['axial', 'sagittal', 'coronal'];

@customElement('cdl-eye-image')
export class EyeImageView extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      article {
        display: grid;
        gap: var(--wa-space-xs);
        padding: var(--wa-space-s);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-surface-default);
      }
      article[data-current] {
        border-color: var(--wa-color-brand-border-loud);
        box-shadow: 0 0 0 2px var(--wa-color-brand-border-loud);
      }
      .head {
        display: flex;
        justify-content: space-between;
        align-items: center;
        font-weight: 500;
        font-size: var(--wa-font-size-s);
      }
      .told {
        display: inline-flex;
        align-items: center;
        gap: 0.3em;
      }
      .told.passed {
        color: var(--wa-color-success-on-quiet);
      }
      .told.failed {
        color: var(--wa-color-danger-on-quiet);
      }
      .slices {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 2px;
        background: black;
        min-block-size: 6rem;
        align-items: center;
      }
      canvas {
        display: block;
        inline-size: 100%;
        background: black;
      }
      .slices p {
        grid-column: 1 / -1;
        padding: var(--wa-space-s);
        font-size: var(--wa-font-size-s);
        color: #ddd;
      }
      .answers {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: var(--wa-space-xs);
      }
      button {
        display: inline-flex;
        justify-content: center;
        align-items: center;
        gap: 0.4em;
        min-block-size: 2.5rem;
        font: inherit;
        font-size: var(--wa-font-size-s);
        font-weight: 500;
        color: var(--wa-color-text-normal);
        background: transparent;
        border: 1px solid var(--wa-form-control-border-color);
        border-radius: var(--wa-border-radius-m);
        cursor: pointer;
      }
      button:hover {
        background: var(--wa-color-surface-lowered);
      }
      button[aria-pressed='true'].yes {
        color: var(--wa-color-success-on-quiet);
        background: var(--wa-color-success-fill-quiet);
        border-color: var(--wa-color-success-border-loud);
      }
      button[aria-pressed='true'].no {
        color: var(--wa-color-danger-on-quiet);
        background: var(--wa-color-danger-fill-quiet);
        border-color: var(--wa-color-danger-border-loud);
      }
    `,
  ];

  /** From 1. */
  @property({ type: Number }) number = 1;
  @property({ type: Boolean }) current = false;
  @property({ attribute: false }) pass: boolean | null = null;
  @property() comment = '';
  @property({ attribute: false }) planes: readonly GreyPlane[] | undefined;
  @property({ attribute: false }) error: OutcomeError | undefined;

  focusComment(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  protected override updated(): void {
    for (const [i, canvas] of this.renderRoot.querySelectorAll('canvas').entries()) paintGrey(canvas, this.planes?.[i]);
  }

  protected override render() {
    const { number, pass, planes, error } = this;
    const answer = (value: boolean): void => emit(this, 'cdl-eye-answer', { pass: pass === value ? null : value });
    return html`<article ?data-current=${this.current} aria-label="Image ${number}" data-testid="eye-image">
      <div class="head">
        <span>Image ${number}</span>
        ${
          pass === null
            ? html`<span class="quiet">no answer yet</span>`
            : html`<span class="told ${pass ? 'passed' : 'failed'}">
                <wa-icon name=${pass ? 'circle-check' : 'circle-xmark'}></wa-icon>${pass ? 'accepted' : 'rejected'}
              </span>`
        }
      </div>
      <div class="slices">
        ${
          error !== undefined
            ? html`<p>${error.message} ${error.hint}</p>`
            : planes === undefined
              ? html`<p>Reading…</p>`
              : planes.map(
                  ({ width, height }, i) =>
                    html`<canvas role="img" aria-label="Image ${number}, ${titles[i]} slice" width=${width} height=${height}></canvas>`,
                )
        }
      </div>
      <div class="answers">
        <button type="button" class="yes" aria-pressed=${pass === true} @click=${() => answer(true)}>
          <wa-icon name="check"></wa-icon>Accept
        </button>
        <button type="button" class="no" aria-pressed=${pass === false} @click=${() => answer(false)}>
          <wa-icon name="xmark"></wa-icon>Reject
        </button>
      </div>
      <input
        class="control"
        aria-label="Comment on image ${number}"
        placeholder="Comment"
        maxlength="500"
        .value=${this.comment}
        @change=${(event: Event) => emit(this, 'cdl-eye-answer', { comment: (event.target as HTMLInputElement).value })}
      />
    </article>`;
  }
}
