/** @file Said above the results of a group that has people of the training in it. */
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Issue } from '../../base/issues';
import { SessionController } from '../state/contexts';
import { hideWhenEmpty } from '../styles/empty';
import { base } from '../styles/shared';
import './issue-list';

@customElement('cdl-leak-note')
export class LeakNote extends LitElement {
  static override styles = [base];

  /** Path of the MAPS in the open folder. */
  @property() maps = '';
  @property() group = '';
  @state() private issue: Issue | null = null;
  private readonly session = new SessionController(this, { studies: () => void this.look() });

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('maps') && !changed.has('group')) return;
    this.issue = null;
    void this.look();
  }

  private async look(): Promise<void> {
    const { maps: path, group } = this;
    if (path === '' || group === '') return;
    let issue: Issue | null = null;
    try {
      issue = await this.session.value.query('leak-of-group', { path, group });
    } catch {
      // whatever cannot be read is told where it is shown
    }
    if (path === this.maps && group === this.group) this.issue = issue;
  }

  protected override updated(): void {
    hideWhenEmpty(this);
  }

  protected override render() {
    return this.issue === null ? nothing : html`<cdl-issues .issues=${[this.issue]}></cdl-issues>`;
  }
}
