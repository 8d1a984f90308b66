/** @file A training that is too long or too large here: its folder for a cluster, by `export-job`. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ExportedJob } from '../../jobs/export-job/export-job';
import { parseCommandLine } from '../../options/derive/argv';
import { base, layout } from '../styles/shared';
import './command-form';
import { fileSize } from './words';

/** Errors that say that a training does not fit. */
export const tooLarge: readonly string[] = [
  ...['heap-batch', 'heap-network', 'latent-too-large', 'gpu-buffer-limit', 'gpu-memory-short', 'gpu-out-of-memory'],
];

/** Longer trainings are offered to be done elsewhere. */
export const longSeconds = 8 * 3600;

/** The MAPS that a line would write. */
function mapsOf(line: string): string {
  const parsed = parseCommandLine(line);
  if (parsed.kind !== 'run' || !('output_maps_directory' in parsed.options)) return 'maps';
  return parsed.options.output_maps_directory;
}

const result = ({ path, line, files, bytes, sessions }: ExportedJob) =>
  html`<p data-testid="exported-job">
    <b>${path}</b> has ${files} files, ${fileSize(bytes)}, of ${sessions} sessions. Copy it to the cluster; README.txt in it tells the rest.
    There it runs <code>${line}</code>.
  </p>`;

@customElement('cdl-cluster-job')
export class ClusterJob extends LitElement {
  static override styles = [
    base,
    layout,
    css`
      .form {
        padding: var(--wa-space-m);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-m);
      }
    `,
  ];

  /** A line that begins a training; '' for a MAPS. */
  @property() line = '';
  /** The MAPS of an interrupted training; '' for a line. */
  @property() maps = '';
  @state() private open = false;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('line') || changed.has('maps')) this.open = false;
  }

  protected override render() {
    const { line, maps } = this;
    const training = maps === '' ? { line: line.replace(/^\s*clinicadl\s+/, '') } : { maps };
    const suggested = { output_directory: `${maps === '' ? mapsOf(line) : maps}_job`, ...training };
    // Below a form of a training, whose options these are not.
    return html`<div class="stack" style="gap: var(--wa-space-xs)" @cdl-change=${(event: Event) => event.stopPropagation()}>
      <div>
        <wa-button
          appearance="outlined"
          size="s"
          aria-expanded=${this.open ? 'true' : 'false'}
          data-testid="cluster-job"
          @click=${() => (this.open = !this.open)}
          >${maps === '' ? 'Write a folder for a cluster' : 'Go on on a cluster'}</wa-button
        >
      </div>
      ${
        this.open
          ? html`<div class="form">
              <cdl-command-form command="export-job" run-label="Write the folder" .suggested=${suggested} .drawResult=${result}></cdl-command-form>
            </div>`
          : nothing
      }
    </div>`;
  }
}
