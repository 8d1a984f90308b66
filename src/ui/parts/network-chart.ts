/** @file A network as a chart: one bar per step, as high as its result is wide, with arcs where a step reads an earlier one too. */
import type { LayerView, NetworkView } from '../../jobs/network-view';
import type { ChartSpec } from './chart';

const svg = <K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | number>>,
  text = '',
): SVGElementTagNameMap[K] => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
};

const colors: Readonly<Record<LayerView['kind'], string>> = {
  convolution: 'var(--series-1)',
  dense: 'var(--series-2)',
  other: 'var(--series-3)',
};

const height = 190;
/** Of the line on which the bars are centred. */
const middle = 100;
const tallest = 120;

const sized = (shape: readonly number[]): string => shape.join(' × ');

function drawing({ layers, inputSize }: NetworkView, width: number): SVGSVGElement {
  const steps: readonly Pick<LayerView, 'shape' | 'kind' | 'alsoReads' | 'label'>[] = [
    { shape: inputSize, kind: 'other', alsoReads: [], label: 'input' },
    ...layers,
  ];
  const each = width / steps.length;
  const longest = Math.max(...inputSize.slice(1));
  const root = svg('svg', { viewBox: `0 0 ${width} ${height}`, width, height, fill: 'currentColor', 'font-size': 11 });
  const centre = (i: number): number => (i + 0.5) * each;
  const tall = ({ shape }: { readonly shape: readonly number[] }): number =>
    shape.length === 1 ? 10 : Math.max(6, (tallest * Math.max(...shape.slice(1))) / longest);
  steps.forEach((step, i) => {
    const bar = Math.max(3, Math.min(each - 3, 5 + 3 * Math.log2(step.shape[0])));
    const tip = svg('title', {}, `${step.label}: ${sized(step.shape)}`);
    const box = svg('rect', {
      x: centre(i) - bar / 2,
      y: middle - tall(step) / 2,
      width: bar,
      height: tall(step),
      rx: 2,
      fill: i === 0 ? 'currentColor' : colors[step.kind],
      'fill-opacity': i === 0 ? 0.35 : 0.85,
    });
    box.append(tip);
    root.append(box);
    // Numbers only where they do not run into each other.
    if (each >= 28) root.append(svg('text', { x: centre(i), y: height - 18, 'text-anchor': 'middle' }, String(step.shape[0])));
    for (const read of step.alsoReads) {
      const [from, to] = [centre(read + 1), centre(i)];
      const top = middle - tallest / 2 - 6;
      const path = `M${from},${top + 10} C${from},${top - 22} ${to},${top - 22} ${to},${top + 10}`;
      root.append(svg('path', { d: path, fill: 'none', stroke: 'currentColor', 'stroke-opacity': 0.45 }));
    }
  });
  if (each >= 28) root.append(svg('text', { x: 0, y: height - 4, 'fill-opacity': 0.7 }, 'channels or values of each step'));
  return root;
}

export function networkChart(view: NetworkView): ChartSpec {
  const { architecture, inputSize, layers, parameters } = view;
  const last = layers.at(-1)!;
  return {
    title: `Layers of ${architecture}`,
    summary: `${layers.length} steps from ${sized(inputSize)} to ${sized(last.shape)}, ${parameters.toLocaleString('en')} parameters.`,
    keys: [
      { label: 'convolution', color: colors.convolution },
      { label: 'fully connected', color: colors.dense },
      { label: 'other', color: colors.other },
    ],
    columns: ['Step', 'Result', 'Parameters'],
    rows: layers.map(({ label, shape, parameters: own }) => [label, sized(shape), own.toLocaleString('en')]),
    draw: (_plot, width) => drawing(view, width),
  };
}
