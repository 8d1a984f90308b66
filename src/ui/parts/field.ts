/** @file One option of a form: its label, control, help, what is wrong with it, and values found in the open folder. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/switch/switch.js';
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { sameValue } from '../../options/derive/fields';
import type { FormRow } from '../../options/derive/form-model';
import { shownDefault } from '../../options/derive/help';
import { textOfValue, valueOfText } from '../state/field-text';
import { base, controls } from '../styles/shared';
import { emit } from './events';
import { fieldStyles } from './field.styles';
import './file-chooser';
import { pathStyles, pathText } from './path-text';

const SHOWN = 4;

@customElement('cdl-field')
export class FieldView extends LitElement {
  static override styles = [base, controls, pathStyles, fieldStyles];

  @property({ attribute: false }) row!: FormRow;
  @property({ attribute: false }) value: unknown;
  @property() problem = '';
  /** Values that exist in the open folder. */
  @property({ attribute: false }) found: readonly string[] = [];
  /** What is in the text field while it is being typed: `1e-` must not be turned into a number under the fingers. */
  @state() private typing: string | undefined;
  @state() private all = false;

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.control, wa-switch, input')?.focus();
  }

  private change(value: unknown): void {
    emit(this, 'cdl-change', { key: this.row.key, value });
  }

  private typed(event: Event): void {
    this.typing = (event.target as HTMLInputElement).value;
    this.change(valueOfText(this.row, this.typing));
  }

  protected override render() {
    const { row } = this;
    const changed = !row.required && !sameValue(this.value, row.default);
    if (row.control === 'switch') return this.switchView(changed);
    if (row.control === 'checks') return this.checksView(changed);
    return html`<div class="head">
        <label for="control">${row.label}${row.required ? html`<span class="required" aria-hidden="true"> *</span>` : nothing}</label>
        ${this.flagView(changed)}
      </div>
      ${row.control === 'select' ? this.selectView() : this.textView()} ${this.fileView()} ${this.chooserView()} ${this.foundView()}
      ${this.notes(changed)}`;
  }

  private flagView(changed: boolean) {
    const { flag, label } = this.row;
    return html`<span class="flag">
      ${
        changed
          ? html`<button type="button" class="reset" aria-label="Reset ${label}" title="Back to the default" @click=${() => this.change(undefined)}>
              reset
            </button>`
          : nothing
      }
      ${flag === '' ? nothing : html`<code>${flag}</code>`}
    </span>`;
  }

  private notes(changed: boolean) {
    const { row, problem } = this;
    const standard = row.control === 'switch' ? (row.default === true ? 'on' : 'off') : shownDefault(row);
    const usual = changed ? `Default ${standard}.` : '';
    const told = row.control === 'select' ? '' : row.missing; // a list of choices marks them one by one
    return html`<p id="help" class="help">${row.help}${usual === '' ? '' : html` <span class="usual">${usual}</span>`}${told === '' ? '' : html` <span class="missing">${told}</span>`}</p>
      ${problem === '' ? nothing : html`<p id="problem" class="problem"><wa-icon name="warning"></wa-icon><span>${problem}</span></p>`}`;
  }

  private textView() {
    const { row, problem } = this;
    const text = this.typing ?? textOfValue(row, this.value);
    const isNumber = row.control === 'integer' || row.control === 'number';
    return html`<div class="box">
      <input
        id="control"
        class="control ${isNumber ? 'narrow' : ''}"
        type="text"
        inputmode=${row.control === 'integer' ? 'numeric' : row.control === 'number' ? 'decimal' : 'text'}
        spellcheck="false"
        autocomplete="off"
        autocapitalize="off"
        .value=${text}
        ?disabled=${row.locked}
        aria-required=${row.required}
        aria-invalid=${problem !== ''}
        aria-describedby=${problem === '' ? 'help' : 'problem help'}
        @input=${this.typed}
        @blur=${() => (this.typing = undefined)}
      />
      ${row.unit === undefined ? nothing : html`<span class="unit quiet">${row.unit}</span>`}
    </div>`;
  }

  private selectView() {
    const { row, problem } = this;
    const value = String(this.value ?? '');
    const isEmpty = value === '' && !row.choices.some((choice) => choice.value === '');
    return html`<select
      id="control"
      class="control"
      ?disabled=${row.locked}
      aria-required=${row.required}
      aria-invalid=${problem !== ''}
      aria-describedby=${problem === '' ? 'help' : 'problem help'}
      @change=${(event: Event) => {
        const chosen = (event.target as HTMLSelectElement).value;
        this.change(chosen === '' && row.nullable ? null : chosen);
      }}
    >
      ${isEmpty || row.nullable ? html`<option value="" ?selected=${value === ''}>${row.required ? 'Choose…' : 'not given'}</option>` : nothing}
      ${row.choices
        .filter((choice) => choice.value !== '' || !row.nullable)
        .map(
          (choice) =>
            html`<option value=${choice.value} ?selected=${choice.value === value} ?disabled=${!choice.available}>
              ${choice.value}${choice.available ? '' : ' (not available yet)'}
            </option>`,
        )}
      ${row.orFile === undefined ? nothing : html`<option value=${this.isFile ? value : `network${row.orFile}`} ?selected=${this.isFile}>a file (${row.orFile})…</option>`}
    </select>`;
  }

  /** A word is chosen; anything else is the path of a file. */
  private get isFile(): boolean {
    const { orFile, choices } = this.row;
    return orFile !== undefined && typeof this.value === 'string' && !choices.some(({ value }) => value === this.value);
  }

  private fileView() {
    if (!this.isFile) return nothing;
    return html`<input
      class="control"
      type="text"
      spellcheck="false"
      autocomplete="off"
      aria-label="${this.row.label}, path of the file"
      aria-describedby="help"
      .value=${String(this.value)}
      @change=${(event: Event) => this.change((event.target as HTMLInputElement).value)}
    />`;
  }

  private chooserView() {
    const { ending, control, key, label } = this.row;
    if (ending === undefined || (control === 'select' && !this.isFile)) return nothing;
    return html`<cdl-file-chooser
      .option=${key}
      .label=${label}
      .ending=${ending}
      .value=${typeof this.value === 'string' ? this.value : ''}
    ></cdl-file-chooser>`;
  }

  private switchView(changed: boolean) {
    const { row } = this;
    return html`<div class="head">
        <wa-switch
          size="s"
          ?checked=${this.value === true}
          .checked=${this.value === true}
          ?disabled=${row.locked}
          @change=${(event: Event) => this.change((event.target as HTMLInputElement).checked)}
          >${row.label}</wa-switch
        >
        ${this.flagView(changed)}
      </div>
      ${this.notes(changed)}`;
  }

  private checksView(changed: boolean) {
    const { row } = this;
    const chosen: readonly unknown[] = Array.isArray(this.value) ? this.value : [];
    // What the open folder does not have is not offered; what was chosen before can be taken away.
    const offered = row.choices.filter(
      ({ value }) => this.found.length === 0 || this.found.includes(value) || chosen.includes(value),
    );
    const toggle = (value: string): void => {
      const next = chosen.includes(value)
        ? chosen.filter((item) => item !== value)
        : row.choices.map((choice) => choice.value).filter((item) => item === value || chosen.includes(item));
      this.change(next.length === 0 && row.default === false ? false : next);
    };
    return html`<fieldset aria-describedby="help">
      <div class="head"><legend>${row.label}</legend>${this.flagView(changed)}</div>
      <div class="checks">
        ${offered.map(
          ({ value, available }) =>
            html`<label class=${available ? '' : 'off'} title=${available ? '' : 'Not available yet'}>
              <input type="checkbox" .checked=${chosen.includes(value)} ?disabled=${!available} @change=${() => toggle(value)} />${value}
            </label>`,
        )}
      </div>
      ${this.notes(changed)}
    </fieldset>`;
  }

  /** Each is a button: seen without typing, reached with the keyboard and on a phone. */
  private foundView() {
    const { row } = this;
    if (this.found.length === 0 || row.locked) return nothing;
    const isList = row.control === 'list';
    const list: readonly unknown[] = Array.isArray(this.value) ? this.value : [];
    const isChosen = (item: string): boolean => (isList ? list.includes(item) : this.value === item);
    const choose = (item: string): void => {
      this.typing = undefined;
      if (!isList) this.change(item);
      else this.change(list.includes(item) ? list.filter((other) => other !== item) : [...list, item]);
    };
    const shown = this.all ? this.found : this.found.slice(0, SHOWN);
    return html`<div class="found" role="group" aria-label="Found for ${row.label}">
      ${shown.map(
        (item) =>
          html`<button type="button" class="chip" aria-pressed=${isChosen(item)} @click=${() => choose(item)}>${pathText(item)}</button>`,
      )}
      ${
        shown.length < this.found.length
          ? html`<button type="button" class="chip more" @click=${() => (this.all = true)}>${this.found.length - shown.length} more</button>`
          : nothing
      }
    </div>`;
  }
}
