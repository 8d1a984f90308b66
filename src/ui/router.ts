/** @file The pages and their addresses: `#/train`. Each is fetched when it is first shown. */
import { html, type TemplateResult } from 'lit';

export interface PageEntry {
  readonly name: string;
  readonly title: string;
  readonly icon: string;
  /** The page that it belongs to, for one that the way between the pages does not name. */
  readonly within?: string;
  load(): Promise<unknown>;
  readonly draw: () => TemplateResult;
}

export const pages: readonly PageEntry[] = [
  {
    name: 'home',
    title: 'Home',
    icon: 'home',
    load: () => import('./pages/home-page'),
    draw: () => html`<cdl-home-page></cdl-home-page>`,
  },
  {
    name: 'data',
    title: 'Data',
    icon: 'data',
    load: () => import('./pages/data-page'),
    draw: () => html`<cdl-data-page></cdl-data-page>`,
  },
  {
    name: 'cohort',
    title: 'Cohort',
    icon: 'cohort',
    load: () => import('./pages/cohort-page'),
    draw: () => html`<cdl-cohort-page></cdl-cohort-page>`,
  },
  {
    name: 'train',
    title: 'Train',
    icon: 'train',
    load: () => import('./pages/train-page'),
    draw: () => html`<cdl-train-page></cdl-train-page>`,
  },
  {
    name: 'results',
    title: 'Results',
    icon: 'results',
    load: () => import('./pages/results-page'),
    draw: () => html`<cdl-results-page></cdl-results-page>`,
  },
  {
    name: 'predict',
    title: 'Predict',
    icon: 'predict',
    load: () => import('./pages/predict-page'),
    draw: () => html`<cdl-predict-page></cdl-predict-page>`,
  },
  {
    name: 'interpret',
    title: 'Interpret',
    icon: 'interpret',
    load: () => import('./pages/interpret-page'),
    draw: () => html`<cdl-interpret-page></cdl-interpret-page>`,
  },
  {
    name: 'console',
    title: 'Console',
    icon: 'console',
    load: () => import('./pages/console-page'),
    draw: () => html`<cdl-console-page></cdl-console-page>`,
  },
  {
    name: 'check',
    title: 'Check by eye',
    icon: 'data',
    within: 'data',
    load: () => import('./pages/check-page'),
    draw: () => html`<cdl-check-page></cdl-check-page>`,
  },
];

export interface Place {
  readonly page: PageEntry;
  /** What follows `?` in the address. */
  readonly query: URLSearchParams;
}

/** The place an address names; the first page for an unknown one. */
export function placeOf(hash: string): Place {
  const [name = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const page = pages.find((candidate) => candidate.name === name) ?? pages[0];
  return { page, query: new URLSearchParams(query) };
}

/** `#/results?maps=study%2Fmaps` */
export function addressOf(name: string, query: Readonly<Record<string, string>> = {}): string {
  const text = new URLSearchParams(query).toString();
  return `#/${name}${text === '' ? '' : `?${text}`}`;
}
