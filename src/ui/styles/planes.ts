/** @file Planes of images side by side; `--plane` is how wide one has to be. */
import { css } from 'lit';

export const planeStyles = css`
  .planes {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, var(--plane)), 1fr));
    gap: var(--wa-space-m);
  }
  figcaption {
    margin-block-start: 0.25rem;
    font-size: 0.78rem;
    color: var(--wa-color-text-quiet);
  }
  canvas {
    display: block;
    inline-size: 100%;
    background: black;
    image-rendering: pixelated;
  }
  select {
    max-inline-size: 26rem;
  }
`;
