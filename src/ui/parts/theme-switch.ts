/** @file The choice between light, dark and the system's colours. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { chooseTheme, type ThemeChoice, themeChoice } from '../state/theme';
import { base } from '../styles/shared';

const choices: readonly { readonly value: ThemeChoice; readonly label: string; readonly icon: string }[] = [
  { value: 'system', label: 'Colours of the system', icon: 'system' },
  { value: 'light', label: 'Light', icon: 'sun' },
  { value: 'dark', label: 'Dark', icon: 'moon' },
];

@customElement('cdl-theme-switch')
export class ThemeSwitch extends LitElement {
  static override styles = [
    base,
    css`
      .choices {
        display: inline-flex;
        padding: 2px;
        gap: 2px;
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-pill);
        background: var(--wa-color-surface-lowered);
      }
      button {
        display: grid;
        place-items: center;
        inline-size: 1.875rem;
        block-size: 1.875rem;
        padding: 0;
        border: 0;
        border-radius: var(--wa-border-radius-pill);
        background: none;
        color: var(--wa-color-text-quiet);
        font-size: 1rem;
        cursor: pointer;
      }
      button:focus-visible {
        border-radius: var(--wa-border-radius-pill);
      }
      button:hover {
        color: var(--wa-color-text-normal);
      }
      button[aria-pressed='true'] {
        background: var(--wa-color-surface-default);
        color: var(--wa-color-text-normal);
        box-shadow: var(--shadow-card);
        outline: 1px solid var(--wa-color-surface-border);
      }
      button[aria-pressed='true']:focus-visible {
        outline: var(--wa-focus-ring);
      }
    `,
  ];

  @state() private choice: ThemeChoice = themeChoice();

  private choose(choice: ThemeChoice): void {
    chooseTheme(choice);
    this.choice = choice;
  }

  protected override render() {
    return html`<div class="choices" role="group" aria-label="Colours">
      ${choices.map(
        ({ value, label, icon }) =>
          html`<button
            type="button"
            title=${label}
            aria-label=${label}
            aria-pressed=${this.choice === value}
            data-testid="theme-${value}"
            @click=${() => this.choose(value)}
          ><wa-icon name=${icon}></wa-icon></button>`,
      )}
    </div>`;
  }
}
