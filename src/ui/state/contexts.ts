/** @file What components find across the tree: the session. */
import { ContextConsumer, createContext } from '@lit/context';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Session } from './session';

export const sessionContext = createContext<Session>(Symbol('session'));

type Host = ReactiveControllerHost & HTMLElement;
type SessionEvent = 'workspace' | 'jobs' | 'studies';

/** Gives a component the session and draws it again at the named events. */
export class SessionController implements ReactiveController {
  readonly #host: Host;
  readonly #events: Readonly<Partial<Record<SessionEvent, () => void>>>;
  #session: Session | undefined;
  readonly #heard = (event: Event): void => {
    this.#events[event.type as SessionEvent]?.();
    this.#host.requestUpdate();
  };

  /** @param events heard, with what to do before drawing. */
  constructor(host: Host, events: Readonly<Partial<Record<SessionEvent, () => void>>>) {
    this.#host = host;
    this.#events = events;
    host.addController(this);
    new ContextConsumer(host, {
      context: sessionContext,
      callback: (session) => {
        this.#unlisten();
        this.#session = session;
        this.#listen();
        host.requestUpdate();
      },
    });
  }

  /** Throws before the component stands inside the app. */
  get value(): Session {
    if (this.#session === undefined) throw new Error('The component stands outside of the app: there is no session');
    return this.#session;
  }

  hostConnected(): void {
    if (this.#session !== undefined) this.#listen();
  }

  hostDisconnected(): void {
    this.#unlisten();
  }

  #listen(): void {
    for (const name of Object.keys(this.#events)) this.#session?.addEventListener(name, this.#heard);
  }

  #unlisten(): void {
    for (const name of Object.keys(this.#events)) this.#session?.removeEventListener(name, this.#heard);
  }
}
