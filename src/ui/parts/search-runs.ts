/** @file The runs of a random search in a launch directory: a picture of what was drawn and measured, and its table. */
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isAbort } from '../../base/errors';
import type { SearchRun } from '../../jobs/search-runs';
import { SessionController } from '../state/contexts';
import { base } from '../styles/shared';
import './chart';
import { searchChart } from './search-chart';

@customElement('cdl-search-runs')
export class SearchRuns extends LitElement {
  static override styles = [base];

  /** The launch directory. */
  @property() folder = '';
  @state() private runs: readonly SearchRun[] = [];
  private readonly session = new SessionController(this, { studies: () => void this.look() });

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('folder')) void this.look();
  }

  private async look(): Promise<void> {
    const { folder } = this;
    if (this.session.value.job !== undefined) return; // what it works on may not be whole yet
    try {
      const runs = await this.session.value.query('search-runs', { launch_directory: folder });
      if (folder === this.folder) this.runs = runs;
    } catch (error) {
      if (isAbort(error)) return;
      this.runs = []; // a folder that is not there has no runs; what is wrong with it is told when the command runs
    }
  }

  protected override render() {
    if (this.runs.length === 0) return nothing;
    return html`<section data-testid="search-runs" aria-label="Runs of the random search">
      <cdl-chart .spec=${searchChart(this.runs)}></cdl-chart>
    </section>`;
  }
}
