/** @file Train: the form, and while it runs the learning curves of every split. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { LiveMetrics } from '../../base/job';
import type { BackendChoice } from '../../bridge/compute-api';
import type { BackendInfo } from '../../engine/executor';
import type { KeptKernels } from '../../jobs/choose-kernels';
import type { TrainResult } from '../../jobs/train';
import { adaptingNetwork } from '../../options/adaptation';
import type { CommandName } from '../../options/commands';
import { parseCommandLine } from '../../options/derive/argv';
import { quoteWord } from '../../options/derive/words';
import { searchFile } from '../../options/random-search';
import { taskOfCommand } from '../../options/train';
import '@awesome.me/webawesome/dist/components/tab/tab.js';
import '@awesome.me/webawesome/dist/components/tab-group/tab-group.js';
import '@awesome.me/webawesome/dist/components/tab-panel/tab-panel.js';
import '@awesome.me/webawesome/dist/components/switch/switch.js';
import '../parts/chart';
import '../parts/cluster-job';
import { curveChart, metricChart } from '../parts/charts';
import '../parts/command-form';
import '../parts/estimate';
import { emptyState, emptyStyles } from '../parts/empty-state';
import '../parts/issue-list';
import '../parts/network-note';
import '../parts/progress';
import '../parts/search-runs';
import { duration } from '../parts/words';
import { addressOf } from '../router';
import { SessionController } from '../state/contexts';
import { besideLoss, livePoints, lossLabel, metricsOf, ofLastNetwork, ofTarget, placeOfLive } from '../state/curves';
import type { FormValues } from '../state/form-state';
import { keepGentleChoice } from '../state/gentle';
import type { Job } from '../state/job';
import { base, layout } from '../styles/shared';

const backendNames: Readonly<Record<BackendInfo['name'], string>> = { webgpu: 'WebGPU', wasm: 'Processor', cpu: 'JavaScript' };

interface Way {
  readonly command: CommandName;
  readonly text: string;
}
/** How a training begins, by the name of its tab. */
const ways = {
  classification: { command: 'train classification', text: 'Tells a label, such as a diagnosis, from the images.' },
  regression: { command: 'train regression', text: 'Estimates a number of the table, such as the age, from the images.' },
  reconstruction: {
    command: 'train reconstruction',
    text: 'Squeezes each image into a code and makes it again: an autoencoder. It needs no label.',
  },
  'from a maps.json': {
    command: 'train from_json',
    text: 'Repeats an earlier training, here or in Python, with all the parameters that its maps.json tells.',
  },
  'random search': {
    command: 'random-search',
    text: `Draws a network, and how it is trained, from what ${searchFile} in a folder allows. Each run adds one network to that folder.`,
  },
} as const satisfies Record<string, Way>;
type WayName = keyof typeof ways;
const wayNames = Object.keys(ways) as readonly WayName[];

/** What the form draws below its options. */
const below = {
  architecture: (line: string) => html`<cdl-network-note .line=${line}></cdl-network-note>`,
  ssda_network: (line: string) =>
    / --ssda_network( |$)/.test(line)
      ? html`<p class="quiet small" data-testid="second-domain">
          Say what the second domain is: the last four options of the data below, from its CAPS on.
        </p>`
      : html``,
};

const estimateBeside = (line: string) => html`<cdl-estimate class="grow" .line=${line}></cdl-estimate>`;

/** The runs that the launch directory of the line has. */
function runsBefore(line: string) {
  const parsed = parseCommandLine(line);
  if (parsed.kind !== 'run' || !('launch_directory' in parsed.options)) return nothing;
  return html`<cdl-search-runs .folder=${parsed.options.launch_directory}></cdl-search-runs>`;
}

/** A folder name that no MAPS has yet: `maps`, `maps_2`, … */
function freeMapsName(maps: readonly string[], folder: string): string {
  const prefix = folder === '' || folder === '.' ? '' : `${folder}/`;
  for (let number = 1; ; number++) {
    const name = `${prefix}maps${number === 1 ? '' : `_${number}`}`;
    if (!maps.includes(name)) return name;
  }
}

@customElement('cdl-train-page')
export class TrainPage extends LitElement {
  static override styles = [
    base,
    layout,
    emptyStyles,
    css`
      .charts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
        gap: var(--wa-space-l);
      }
      wa-tab-panel {
        --padding: var(--wa-space-m) 0 0;
      }
      .backend {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0 var(--wa-space-s);
        font-size: var(--wa-font-size-s);
      }
      .backend wa-switch {
        grid-column: 2;
        margin-block-start: var(--wa-space-2xs);
      }
      .backend .switch {
        min-block-size: 1.5rem;
        padding: 0;
        border: 0;
        background: none;
        font: inherit;
        color: var(--wa-color-text-link);
        text-decoration: underline;
        cursor: pointer;
      }
      .backend wa-icon {
        font-size: 1.35rem;
        color: var(--wa-color-text-quiet);
      }
    `,
  ];

  @state() private way: WayName = 'classification';
  @state() private backend: BackendInfo | undefined;
  @state() private kernels: KeptKernels | null = null;
  @state() private extractions: readonly string[] = [];
  private suggested: FormValues = {};
  private found: Readonly<Record<string, readonly string[]>> = {};
  private readonly session = new SessionController(this, {
    jobs: () => {},
    workspace: () => {},
    studies: () => void this.look(),
  });

  override connectedCallback(): void {
    super.connectedCallback();
    void Promise.resolve().then(() => this.look());
  }

  /** Extractions of the first CAPS, and what will compute. */
  private async look(): Promise<void> {
    const session = this.session.value;
    const { caps: all, prepared, folds, splits, maps, tables } = session.studies;
    // Of several CAPS one that a training can begin with.
    const caps = [...prepared, ...all.filter((path) => !prepared.includes(path))];
    try {
      const inspected = caps.length === 0 ? undefined : await session.query('inspect-prepared', { caps_directory: caps[0] });
      this.extractions = inspected?.extractions.map(({ name }) => name.replace(/\.json$/, '')) ?? [];
    } catch {
      this.extractions = []; // what is wrong with the CAPS is told on the page Data
    }
    // folds are what kfold made; single splits hold the tables themselves
    const tsv_directory = splits.find((path) => folds[path] !== undefined) ?? splits[0];
    const parent = caps[0]?.split('/').slice(0, -1).join('/') ?? '';
    this.suggested = {
      caps_directory: caps[0],
      preprocessing_json: this.extractions[0],
      tsv_directory,
      output_maps_directory: freeMapsName(maps, parent),
      config_json: maps.length === 0 ? undefined : `${maps[maps.length - 1]}/maps.json`,
      launch_directory: parent,
    };
    this.found = {
      config_json: maps.length > 1 ? maps.map((path) => `${path}/maps.json`) : [],
      caps_directory: caps.length > 1 ? caps : [],
      preprocessing_json: this.extractions.length > 1 ? this.extractions : [],
      tsv_directory: splits.length > 1 ? splits : [],
      caps_target: caps,
      tsv_target_lab: splits,
      tsv_target_unlab: tables,
      preprocessing_dict_target: this.extractions,
    };
    this.requestUpdate();
    // Asked again each time: a command may have lost the graphics device, or a script chosen another.
    if (session.workspace !== undefined && session.job === undefined) {
      this.backend = await session.client.backend().catch(() => this.backend);
      this.kernels = await session.client.keptKernels().catch(() => null);
    }
  }

  /** The folder of k folds asks for their number, a second domain for the network that adapts to it. */
  private readonly follow = ({ tsv_directory, ssda_network }: FormValues): FormValues => {
    const folder = String(tsv_directory ?? '').replace(/^\.\/|\/+$/g, '');
    return {
      n_splits: this.session.value.studies.folds[folder],
      architecture: ssda_network === true ? adaptingNetwork : undefined,
    };
  };

  /** The training that runs, or the last one that ended while the page was open. */
  private get job(): Job | undefined {
    return this.session.value.jobs.findLast(({ line }) => /^\W*(clinicadl\s+)?(train|random-search)\b/.test(line));
  }

  protected override render() {
    const { workspace } = this.session.value;
    const { job } = this;
    return html`<div class="stack" style="gap: var(--wa-space-l)">
      <div class="page-head" style="margin: 0">
        <h1>Train</h1>
        <p class="quiet">Trains a network on the images, once for each fold, and writes a MAPS.</p>
      </div>
      ${workspace === undefined ? this.nothingOpen() : nothing} ${job === undefined ? nothing : this.progress(job)}
      ${
        workspace === undefined
          ? nothing
          : html`${this.backendView()}
              <section class="card stack" aria-labelledby="new" ?hidden=${job?.running === true}>
                <h2 id="new">New training</h2>
                <wa-tab-group
                  .active=${this.way}
                  @wa-tab-show=${(event: CustomEvent<{ name: WayName }>) => (this.way = event.detail.name)}
                >
                  ${wayNames.map((way) => html`<wa-tab panel=${way} data-testid="task-${way.replaceAll(' ', '-')}">${way}</wa-tab>`)}
                  ${wayNames.map((way) => html`<wa-tab-panel name=${way}>${way === this.way ? this.form(ways[way]) : nothing}</wa-tab-panel>`)}
                </wa-tab-group>
              </section>`
      }
    </div>`;
  }

  private form({ command, text }: Way) {
    return html`<p class="quiet" style="margin-block-end: var(--wa-space-m)">${text}</p>
      <cdl-command-form
        command=${command}
        run-label="Start training"
        .suggested=${this.suggested}
        .found=${this.found}
        .follow=${this.follow}
        .drawBelow=${below}
        .drawBeside=${taskOfCommand(command) === undefined ? undefined : estimateBeside}
        .drawBefore=${command === 'random-search' ? runsBefore : undefined}
      ></cdl-command-form>`;
  }

  /** The MAPS that a job was writing. */
  private mapsOf({ line }: Job): string {
    const parsed = parseCommandLine(line);
    if (parsed.kind !== 'run') return '';
    const { options } = parsed;
    if ('output_maps_directory' in options) return options.output_maps_directory;
    return 'input_maps_directory' in options ? options.input_maps_directory : '';
  }

  private nothingOpen() {
    return emptyState(
      'train',
      'Nothing to train on yet',
      'Open a folder with prepared images and a split of the participants, or run the sample study.',
      html`<wa-button variant="brand" href=${addressOf('home')}>Go to Home</wa-button>`,
    );
  }

  private backendView() {
    const { backend } = this;
    if (backend === undefined) return nothing;
    return html`<div class="backend" data-testid="backend" data-name=${backend.name}>
      <wa-icon name="chip"></wa-icon>
      <p>
        <b>${backendNames[backend.name]}</b>, ${backend.adapter}. <span class="quiet">${backend.reason}</span>
        ${this.session.value.job === undefined ? this.switchView(backend) : nothing} ${this.kernelsView()}
      </p>
      <wa-switch
        size="s"
        data-testid="gentle"
        ?checked=${this.session.value.client.gentle}
        @change=${(event: Event) => this.beGentle((event.target as HTMLInputElement).checked)}
        
          >${backend.name === 'wasm' ? 'Gentle: half of the threads, and a rest after each batch' : 'Gentle: a rest after each batch'}, for battery and heat</wa-switch
      >
    </div>`;
  }

  /** The way out when the graphics device fails, and the way back. */
  private switchView({ name }: BackendInfo) {
    const { chosenBackend } = this.session.value.client;
    const to = name === 'webgpu' ? 'wasm' : chosenBackend === 'auto' ? undefined : 'auto';
    if (to === undefined) return nothing;
    return html`<button type="button" class="switch" data-testid="switch-backend" @click=${() => this.use(to)}>
      ${to === 'wasm' ? 'Switch to the processor' : 'Let the page choose'}
    </button>`;
  }

  /** Which kernels the graphics device was found to be fastest with, and how to have that found again. */
  private kernelsView() {
    const { kernels } = this;
    if (kernels === null || kernels.at === null) return nothing;
    return html`<span class="quiet" data-testid="kernels"
        >Its fastest kernels for ${kernels.shapes} shapes of layers were timed on ${new Date(kernels.at).toLocaleDateString()}.</span
      >
      ${
        this.session.value.job === undefined
          ? html`<button type="button" class="switch" data-testid="time-kernels" @click=${() => this.forgetKernels()}>
            Time them again at the next long training
          </button>`
          : nothing
      }`;
  }

  private async forgetKernels(): Promise<void> {
    const { client } = this.session.value;
    await client.forgetKernels().catch(() => {});
    this.kernels = await client.keptKernels().catch(() => null);
  }

  private async beGentle(wanted: boolean): Promise<void> {
    const { client } = this.session.value;
    keepGentleChoice(wanted);
    client.setGentle(wanted);
    this.backend = await client.backend().catch(() => this.backend);
  }

  private async use(choice: BackendChoice): Promise<void> {
    const { client } = this.session.value;
    this.backend = await client.backend(choice).catch(() => this.backend);
  }

  /** `whose`: behind each title. */
  private charts(epochs: readonly LiveMetrics[], beside: string | undefined, whose: string) {
    const label = lossLabel(epochs.at(-1)?.batches ?? { train: null, valid: null });
    const loss = { title: `Loss${whose}`, label, points: livePoints(epochs, 'loss') };
    return html`<div class="charts">
      <cdl-chart .spec=${curveChart(loss)}></cdl-chart>
      ${beside === undefined ? nothing : html`<cdl-chart .spec=${metricChart(beside, { points: livePoints(epochs, beside), whose })}></cdl-chart>`}
    </div>`;
  }

  private progress(job: Job) {
    const own = ofLastNetwork(job.epochs);
    const target = ofTarget(own);
    const last = job.epochs.at(-1);
    const splits = new Set(job.epochs.map(({ split }) => split)).size;
    const beside = last === undefined ? undefined : besideLoss(metricsOf(last));
    return html`<section class="card stack" aria-label="Training" data-testid="training" data-status=${job.state.kind}>
      <div class="row between">
        <h2>${{ running: 'Training', done: 'Training is done', stopped: 'Training was stopped', failed: 'Training failed' }[job.state.kind]}</h2>
        ${
          job.state.kind === 'running'
            ? html`<wa-button
                appearance="outlined"
                size="s"
                data-testid="stop-training"
                ?disabled=${job.state.stopping}
                @click=${() => job.stop()}
              >
                <wa-icon slot="start" name="stop"></wa-icon>${job.state.stopping ? 'Stopping…' : 'Stop'}
              </wa-button>`
            : html`<span class="quiet small">after ${duration((job.state.endedAt - job.startedAt) / 1000)}</span>`
        }
      </div>
      <cdl-progress .job=${job} .version=${performance.now()}></cdl-progress>
      ${
        last === undefined
          ? html`<p class="quiet small">${job.running ? 'The curves begin when the first epoch ends.' : nothing}</p>`
          : html`${target.length === 0 ? nothing : this.charts(target, beside, ' on the target')}
              ${this.charts(own, beside, target.length === 0 ? '' : ' on the source')}
              <p class="quiet small">
                E${placeOfLive(last).slice(1)}${splits > 1 ? `, ${splits} splits so far` : ''}.${beside === 'BA' ? ' The dotted line is guessing.' : ''}
              </p>`
      }
      ${job.state.kind === 'failed' ? html`<cdl-error .error=${job.state.outcome.error} .line=${job.line}></cdl-error>` : nothing}
      ${
        job.state.kind === 'stopped'
          ? html`<div class="row">
              <span>What was trained so far is kept.</span>
              <wa-button appearance="outlined" size="s" data-testid="go-on" ?disabled=${this.session.value.job !== undefined} @click=${() => this.session.value.run(`clinicadl train resume ${quoteWord(this.mapsOf(job))}`)}>
                <wa-icon slot="start" name="resume"></wa-icon>Go on
              </wa-button>
            </div>
            ${this.mapsOf(job) === '' ? nothing : html`<cdl-cluster-job .maps=${this.mapsOf(job)}></cdl-cluster-job>`}`
          : nothing
      }
      <cdl-issues .issues=${job.issues}></cdl-issues>
      ${job.state.kind === 'done' ? this.links(job.state.outcome.result as TrainResult | null) : nothing}
    </section>`;
  }

  private links(result: TrainResult | null) {
    if (result === null) return nothing;
    return html`<div class="row">
      <wa-button variant="brand" href=${addressOf('results', { maps: result.maps })}>See the results<wa-icon slot="end" name="arrow-right"></wa-icon></wa-button>
      <wa-button appearance="outlined" href=${addressOf('predict', { maps: result.maps })}>Predict a group</wa-button>
    </div>`;
  }
}
