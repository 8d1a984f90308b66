/** @file The MAPS that a page works with: that of the address or the last of the study, until the person chooses another in the form. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { MapsSummary } from '../../jobs/maps-queries';
import { placeOf } from '../router';
import type { Session } from './session';

export interface FoundMaps {
  /** What the form suggests. */
  readonly suggested: string | undefined;
  /** Undefined without a MAPS, and for one that cannot be read: the command tells why. */
  readonly summary: MapsSummary | undefined;
}

export class ChosenMaps implements ReactiveController {
  readonly #look: () => void;
  #chosen: string | undefined;
  readonly #moved: () => void;

  /** `look`: done when the page is opened, when its address changes, and when another MAPS is chosen. */
  constructor(host: ReactiveControllerHost, page: 'predict' | 'interpret', look: () => void) {
    this.#look = look;
    this.#moved = () => {
      if (placeOf(location.hash).page.name === page) look();
    };
    host.addController(this);
  }

  hostConnected(): void {
    window.addEventListener('hashchange', this.#moved);
    void Promise.resolve().then(this.#look);
  }

  hostDisconnected(): void {
    window.removeEventListener('hashchange', this.#moved);
  }

  /** Another folder was opened. */
  forget(): void {
    this.#chosen = undefined;
  }

  /** Of the form. */
  readonly change = ({ detail: { key, value } }: HTMLElementEventMap['cdl-change']): void => {
    if (key !== 'input_maps_directory') return;
    this.#chosen = typeof value === 'string' && value !== '' ? value : undefined;
    this.#look();
  };

  /** Undefined when another was chosen meanwhile. */
  async find(session: Session): Promise<FoundMaps | undefined> {
    const suggested = placeOf(location.hash).query.get('maps') ?? session.studies.maps.at(-1);
    const path = this.#chosen ?? suggested;
    const summary = path === undefined ? undefined : await session.query('maps-summary', { path }).catch(() => undefined);
    return path === (this.#chosen ?? suggested) ? { suggested, summary } : undefined;
  }
}
