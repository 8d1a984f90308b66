/** @file The way between the pages: a rail at the side, or a bar at the bottom of a phone. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { addressOf, pages } from '../router';
import { base } from '../styles/shared';

@customElement('cdl-nav')
export class Nav extends LitElement {
  static override styles = [
    base,
    css`
      nav ul {
        display: flex;
        flex-direction: column;
        gap: 2px;
      }
      a {
        display: flex;
        align-items: center;
        gap: var(--wa-space-s);
        padding: 0.55rem 0.75rem;
        border-radius: var(--wa-border-radius-m);
        color: var(--wa-color-text-quiet);
        text-decoration: none;
        font-weight: 500;
        position: relative;
      }
      a:hover {
        background: var(--wa-color-surface-lowered);
        color: var(--wa-color-text-normal);
      }
      a[aria-current] {
        background: var(--wa-color-brand-fill-quiet);
        color: var(--wa-color-brand-on-normal);
      }
      wa-icon {
        font-size: 1.25rem;
      }
      .busy {
        margin-inline-start: auto;
        inline-size: 0.5rem;
        block-size: 0.5rem;
        border-radius: 50%;
        background: var(--wa-color-brand-fill-loud);
      }
      @media (max-width: 900px) {
        nav ul {
          flex-direction: row;
          justify-content: space-between;
          gap: 0;
        }
        li {
          flex: 1 1 0;
          min-width: 0;
        }
        a {
          flex-direction: column;
          gap: 1px;
          padding: 0.4rem 0;
          min-block-size: 3.25rem;
          justify-content: center;
          font-size: clamp(0.5625rem, 2.5vw, 0.6875rem); /* eight names beside each other */
          letter-spacing: 0;
        }
        .busy {
          position: absolute;
          inset-block-start: 0.35rem;
          inset-inline-end: calc(50% - 1rem);
        }
      }
    `,
  ];

  /** Name of the page shown. */
  @property() current = '';
  /** Name of the page to which the running job belongs. */
  @property() busy = '';

  protected override render() {
    return html`<nav aria-label="Pages">
      <ul>
        ${pages
          .filter(({ within }) => within === undefined)
          .map(
            ({ name, title, icon }) =>
              html`<li>
              <a href=${addressOf(name)} aria-current=${this.current === name ? 'page' : nothing} data-testid="nav-${name}">
                <wa-icon name=${icon}></wa-icon><span>${title}</span>
                ${this.busy === name ? html`<span class="busy" role="img" aria-label="running"></span>` : ''}
              </a>
            </li>`,
          )}
      </ul>
    </nav>`;
  }
}
