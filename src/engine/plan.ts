/**
 * @file From a graph to what a device does: rows in order, the backward pass written out, and every tensor that is read or written.
 * Knows no kernel and no bytes.
 */
import type { Graph, GraphNode, Value } from '../networks/graph';
import type { Op } from '../networks/operations';
import { type Chain, type Fused, fuse, resultOf } from './fuse';

export type Purpose =
  /** Outputs in evaluation mode. */
  | { readonly kind: 'evaluate' }
  /** Gradients of a loss of the values `loss`, in training mode. `trainable`: has the node a parameter that learns? */
  | { readonly kind: 'train'; readonly loss: readonly Value[]; readonly trainable: (node: GraphNode) => boolean }
  /**
   * Gradient of the value `of` with respect to the value `at`, in evaluation mode: 0, the input, for saliency; an inner one for
   * grad-cam, which is then made by itself.
   */
  | { readonly kind: 'explain'; readonly of: Value; readonly at: Value };

/** Something that has a place on the device while steps need it. */
export interface Tensor {
  /** `v3`, `g3`, `places3`, `y3`, … */
  readonly name: string;
  /** `value` and `gradient` of a node's result; `kept`: made by a forward step for its backward step (or an unpool). */
  readonly role: 'value' | 'gradient' | 'kept' | 'scratch';
  /** What it is, for `kept` and `scratch`: as the row calls it. */
  readonly what: string;
  /** It has the shape of this value, unless the row says otherwise. */
  readonly like: Value;
}

export interface Step {
  readonly phase: 'forward' | 'loss' | 'backward' | 'sum';
  /** Of the backend's table; '' for loss and sum. */
  readonly row: string;
  readonly fused: Fused;
  /** Values that the row reads. Backward: those that its forward step read. */
  readonly inputs: readonly Tensor[];
  /** Of the pool whose places a `max-unpool` uses. */
  readonly places: Tensor | null;
  readonly output: Tensor;
  /** By the names of `RowNeeds.kept`; empty where no backward step follows. */
  readonly kept: Readonly<Record<string, Tensor>>;
  readonly scratch: Readonly<Record<string, Tensor>>;
  /** Backward: gradient of the output. Loss: null. */
  readonly gradient: Tensor | null;
  /**
   * Backward: where the gradient of each input goes; null where nobody wants it. Loss: the gradients of its inputs. Sum: the first is
   * added to, `inputs[0]` is what is added.
   */
  readonly inputGradients: readonly (Tensor | null)[];
}

export interface Plan {
  readonly purpose: Purpose['kind'];
  readonly steps: readonly Step[];
  /** Each tensor, and the numbers of the first and last step that need it. Step −1 fills the input, the step after the last reads results. */
  readonly lives: ReadonlyMap<Tensor, readonly [number, number]>;
}

/** What a row keeps and reads beside its inputs and its result. */
export interface RowNeeds {
  /** Tensors from forward for backward, with the value whose shape they have. */
  kept?(fused: Fused): Readonly<Record<string, Value>>;
  /** Room that only one step uses. */
  scratch?(fused: Fused, phase: 'forward' | 'backward'): Readonly<Record<string, Value>>;
  /** What backward reads of the forward pass, beside what is kept. */
  readonly backwardReads: { readonly inputs: boolean; readonly output: boolean };
}

/** The table of a backend: a complete one of operations, and the chains that it fuses. */
export interface Rows<Row extends string = string> {
  readonly chains: readonly Chain<Row>[];
  readonly needs: Readonly<Record<Op | Row, RowNeeds>>;
}

/** Name, among what a pool keeps, of the places of its maxima, which `max-unpool` reads. Any row that ends in `pad-max-pool` keeps it. */
export const PLACES = 'places';

/** Values that lead from where gradients are wanted to where they come from. */
function wantedValues({ nodes }: Graph, purpose: Purpose): Set<Value> {
  const wanted = new Set<Value>();
  if (purpose.kind === 'evaluate') return wanted;
  nodes.forEach((node, value) => {
    const own = purpose.kind === 'train' ? node.layer !== null && purpose.trainable(node) : value === purpose.at;
    if (own || node.inputs.some((input) => wanted.has(input))) wanted.add(value);
  });
  return wanted;
}

class Planner {
  readonly steps: Step[] = [];
  readonly lives = new Map<Tensor, [number, number]>();
  readonly #tensors = new Map<string, Tensor>();

  tensor(role: Tensor['role'], what: string, like: Value, name = `${what}${like}`): Tensor {
    const known = this.#tensors.get(name);
    if (known !== undefined) return known;
    const made = { name, role, what, like };
    this.#tensors.set(name, made);
    return made;
  }

  value = (value: Value): Tensor => this.tensor('value', 'v', value);
  gradient = (value: Value): Tensor => this.tensor('gradient', 'g', value);

  /** `reads` and `writes`: all tensors that the step touches. */
  add(step: Step, touched: readonly (Tensor | null)[]): void {
    const at = this.steps.push(step) - 1;
    for (const tensor of touched) if (tensor !== null) this.live(tensor, at);
  }

  live(tensor: Tensor, at: number): void {
    const [from] = this.lives.get(tensor) ?? [at];
    this.lives.set(tensor, [from, at]);
  }
}

const named = <T>(of: Readonly<Record<string, Value>>, make: (what: string, like: Value) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(of).map(([what, like]) => [what, make(what, like)]));

/** Writes out what a purpose asks of a graph on a backend. */
export function plan<Row extends string>(graph: Graph, purpose: Purpose, rows: Rows<Row>): Plan {
  const asked = purpose.kind === 'explain' ? [purpose.of, purpose.at] : [];
  const keep = new Set<Value>([...Object.values(graph.outputs), ...asked]);
  const fused = fuse(graph, rows.chains, keep);
  const wanted = wantedValues(graph, purpose);
  const made = new Map(fused.map((one) => [resultOf(one), one]));
  const unpooled = new Set(graph.nodes.flatMap((node) => (node.op === 'max-unpool' ? [node.inputs[1]] : [])));
  const p = new Planner();
  p.live(p.value(0), -1);

  const needsOf = (one: Fused<Row>): RowNeeds => rows.needs[one.row];
  const goesBack = (one: Fused<Row>): boolean => wanted.has(resultOf(one));
  const keptOf = (one: Fused<Row>): Record<string, Tensor> => {
    const all = Object.entries(needsOf(one).kept?.(one) ?? {});
    const needed = all.filter(([what]) => goesBack(one) || (what === PLACES && unpooled.has(resultOf(one))));
    return named(Object.fromEntries(needed), (what) =>
      p.tensor('kept', what, Object.fromEntries(needed)[what], `${what}.${resultOf(one)}`),
    );
  };
  const inputsOf = (one: Fused<Row>): Tensor[] => (one.row === 'max-unpool' ? [p.value(one.inputs[0])] : one.inputs.map(p.value));
  const placesOf = (one: Fused<Row>): Tensor | null => {
    if (one.row !== 'max-unpool') return null;
    const pool = made.get(one.inputs[1]);
    if (pool === undefined) throw new Error('max-unpool reads a pool that is no result');
    return keptOf(pool)[PLACES];
  };
  const scratchOf = (one: Fused<Row>, phase: 'forward' | 'backward'): Record<string, Tensor> =>
    named(needsOf(one).scratch?.(one, phase) ?? {}, (what, like) =>
      p.tensor('scratch', what, like, `${what}.${resultOf(one)}.${phase}`),
    );

  for (const one of fused) {
    const step: Step = {
      phase: 'forward',
      row: one.row,
      fused: one,
      inputs: inputsOf(one),
      places: placesOf(one),
      output: p.value(resultOf(one)),
      kept: keptOf(one),
      scratch: scratchOf(one, 'forward'),
      gradient: null,
      inputGradients: [],
    };
    p.add(step, [...step.inputs, step.places, step.output, ...Object.values(step.kept), ...Object.values(step.scratch)]);
  }
  const end = (): number => p.steps.length;
  if (purpose.kind === 'evaluate') {
    for (const value of Object.values(graph.outputs)) p.live(p.value(value), end());
    return { purpose: purpose.kind, steps: p.steps, lives: p.lives };
  }

  const sources = purpose.kind === 'train' ? purpose.loss : [purpose.of];
  const outputs = sources.map(p.value);
  const begun = new Set<Value>(sources);
  const lossStep: Step = {
    phase: 'loss',
    row: '',
    fused: { row: 'input', nodes: [], values: sources, inputs: sources },
    inputs: outputs,
    places: null,
    output: outputs[0],
    kept: {},
    scratch: {},
    gradient: null,
    inputGradients: sources.map(p.gradient),
  };
  p.add(lossStep, [...outputs, ...lossStep.inputGradients]);

  for (const one of fused.toReversed()) {
    const result = resultOf(one);
    if (!goesBack(one) || !begun.has(result) || (purpose.kind === 'explain' && result === purpose.at)) continue;
    const { backwardReads } = needsOf(one);
    const sums: Step[] = [];
    const inputs = inputsOf(one);
    const inputGradients = inputs.map(({ like: value }, i): Tensor | null => {
      if (!wanted.has(value)) return null;
      if (!begun.has(value)) {
        begun.add(value);
        return p.gradient(value);
      }
      // A second reader adds to what is there.
      const more = p.tensor('gradient', 'g', value, `g${value}.${result}.${i}`);
      sums.push({ ...lossStep, phase: 'sum', inputs: [more], output: p.gradient(value), inputGradients: [p.gradient(value)] });
      return more;
    });
    const step: Step = {
      phase: 'backward',
      row: one.row,
      fused: one,
      inputs,
      places: placesOf(one),
      output: p.value(result),
      kept: keptOf(one),
      scratch: scratchOf(one, 'backward'),
      gradient: p.gradient(result),
      inputGradients,
    };
    p.add(step, [
      ...(backwardReads.inputs ? inputs : []),
      ...(backwardReads.output ? [step.output] : []),
      step.places,
      ...Object.values(step.kept),
      ...Object.values(step.scratch),
      step.gradient,
      ...inputGradients,
    ]);
    for (const sum of sums) p.add(sum, [...sum.inputs, ...sum.inputGradients]);
  }
  if (purpose.kind === 'explain')
    for (const tensor of [p.gradient(purpose.at), p.value(purpose.at), p.value(purpose.of)]) p.live(tensor, end());
  return { purpose: purpose.kind, steps: p.steps, lives: p.lives };
}
