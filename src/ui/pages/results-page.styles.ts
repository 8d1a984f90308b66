/** @file Styles of the results. */
import { css } from 'lit';

export const resultsStyles = css`
  .choosers {
    display: grid;
    grid-template-columns: minmax(min(100%, 14rem), 2fr) repeat(auto-fit, minmax(8.5rem, 1fr));
    gap: var(--wa-space-s) var(--wa-space-m);
  }
  .choosers label {
    display: block;
    margin-block-end: 0.25rem;
  }
  .figures {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr));
    gap: var(--wa-space-l);
    align-items: start;
  }
  @media (max-width: 640px) {
    .choosers {
      grid-template-columns: 1fr 1fr;
    }
    .choosers > :first-child {
      grid-column: 1 / -1;
    }
  }
`;
