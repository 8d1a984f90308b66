/**
 * @file From a graph to what a device does: rows in order, the backward pass written out, and every tensor that is read or written.
 * Knows no kernel and no bytes.
 */
import type { Graph, GraphNode, Value } from '../networks/graph';
import type { Op } from '../networks/operations';
import { drawsInEvaluation } from './draws';
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
  /** Values of the graph's outputs, by name. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Of an explanation: the two values, and the gradient at the inner one. */
  readonly explained: { readonly of: Tensor; readonly at: Tensor; readonly gradient: Tensor } | null;
}

/** What a row keeps and reads beside its inputs and its result. */
export interface RowNeeds {
  /** Tensors from forward for backward, with the value whose shape they have. */
  kept?(fused: Fused): Readonly<Record<string, Value>>;
  /** Room that only one step uses. */
  scratch?(fused: Fused, phase: 'forward' | 'backward'): Readonly<Record<string, Value>>;
  /** What backward reads of the forward pass, beside what is kept. */
  readonly backwardReads: { readonly inputs: boolean; readonly output: boolean };
  /**
   * The result may lie over the first input where nobody else needs that, and the gradient of that input over the result's. Then the
   * two are one tensor in the steps. Absent: never.
   */
  readonly inPlace?: boolean;
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

/** Operations that do nothing for a purpose: their result is their input. */
function doesNothing({ nodes }: Graph, node: GraphNode, purpose: Purpose): boolean {
  switch (node.op) {
    case 'dropout':
      return purpose.kind !== 'train' || node.attributes.probability === 0;
    case 'reverse-gradient':
      return purpose.kind === 'evaluate';
    case 'sample':
      return purpose.kind !== 'train' && !drawsInEvaluation(node.attributes);
    case 'reshape':
      return nodes[node.inputs[0]].shape.length === 1 && node.shape.length === 1;
    default:
      return false;
  }
}

interface Simplified {
  readonly graph: Graph;
  /** Numbers of the nodes that nobody reads any more. */
  readonly skipped: ReadonlySet<Value>;
  /** What stands for each value. */
  readonly real: readonly Value[];
}

/** The graph without them. What an explanation asks for stays. */
function simplified(graph: Graph, purpose: Purpose): Simplified {
  const at = purpose.kind === 'explain' ? purpose.at : undefined;
  const skipped = new Set<Value>();
  const real: Value[] = [];
  const nodes = graph.nodes.map((node, value): GraphNode => {
    const inputs = node.inputs.map((input) => real[input]);
    const skip = value !== at && doesNothing(graph, node, purpose);
    if (skip) skipped.add(value);
    real.push(skip ? inputs[0] : value);
    return { ...node, inputs };
  });
  const outputs = Object.fromEntries(Object.entries(graph.outputs).map(([name, value]) => [name, real[value]]));
  return { graph: { nodes, outputs }, skipped, real };
}

class Planner {
  readonly steps: Step[] = [];
  readonly lives = new Map<Tensor, [number, number]>();
  readonly #tensors = new Map<string, Tensor>();

  /** Values and gradients that lie where another lies. */
  readonly #over = { v: new Map<Value, Value>(), g: new Map<Value, Value>() };

  tensor(role: Tensor['role'], what: string, like: Value, name = `${what}${like}`): Tensor {
    const known = this.#tensors.get(name);
    if (known !== undefined) return known;
    const made = { name, role, what, like };
    this.#tensors.set(name, made);
    return made;
  }

  value = (value: Value): Tensor => this.tensor('value', 'v', this.#over.v.get(value) ?? value);
  gradient = (value: Value): Tensor => this.tensor('gradient', 'g', this.#over.g.get(value) ?? value);

  /** From now on `value` lies over `other`. */
  lay(what: 'v' | 'g', value: Value, other: Value): void {
    this.#over[what].set(value, this.#over[what].get(other) ?? other);
  }

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

/** How often each value is read. */
function readings({ nodes }: Graph, skipped: ReadonlySet<Value>): number[] {
  const counts = nodes.map(() => 0);
  nodes.forEach(({ inputs }, value) => {
    if (!skipped.has(value)) for (const input of inputs) counts[input]++;
  });
  return counts;
}

/** Writes out what a purpose asks of a graph on a backend. */
export function plan<Row extends string>(whole: Graph, purpose: Purpose, rows: Rows<Row>): Plan {
  const { graph, skipped, real } = simplified(whole, purpose);
  const of = purpose.kind === 'explain' ? real[purpose.of] : 0;
  const keep = new Set<Value>([...Object.values(graph.outputs), ...(purpose.kind === 'explain' ? [of, purpose.at] : [])]);
  const fused = fuse(graph, rows.chains, keep, skipped);
  const wanted = wantedValues(graph, purpose);
  const made = new Map(fused.map((one) => [resultOf(one), one]));
  const unpooled = new Set(graph.nodes.flatMap((node) => (node.op === 'max-unpool' ? [node.inputs[1]] : [])));
  const read = readings(graph, skipped);
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
  /** True if nobody needs the first input once the row has read it. */
  const lastToRead = (one: Fused<Row>): boolean => {
    const [input] = one.inputs;
    if (input === 0 || read[input] > 1 || keep.has(input) || needsOf(one).backwardReads.inputs) return false;
    const maker = made.get(input)!;
    return !(goesBack(maker) && needsOf(maker).backwardReads.output);
  };

  for (const one of fused) {
    if (needsOf(one).inPlace === true && lastToRead(one)) p.lay('v', resultOf(one), one.inputs[0]);
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
  const outputs = named(graph.outputs, (_, value) => p.value(value));
  const done = (explained: Plan['explained'] = null): Plan => ({
    purpose: purpose.kind,
    steps: p.steps,
    lives: p.lives,
    outputs,
    explained,
  });
  if (purpose.kind === 'evaluate') {
    for (const tensor of Object.values(outputs)) p.live(tensor, end());
    return done();
  }

  const sources = purpose.kind === 'train' ? purpose.loss.map((value) => real[value]) : [of];
  const begun = new Set<Value>(sources);
  const lossStep: Step = {
    phase: 'loss',
    row: '',
    fused: { row: 'input', nodes: [], values: sources, inputs: sources },
    inputs: sources.map(p.value),
    places: null,
    output: p.value(sources[0]),
    kept: {},
    scratch: {},
    gradient: null,
    inputGradients: sources.map(p.gradient),
  };
  p.add(lossStep, [...lossStep.inputs, ...lossStep.inputGradients]);

  for (const one of fused.toReversed()) {
    const result = resultOf(one);
    if (!goesBack(one) || !begun.has(result) || (purpose.kind === 'explain' && result === purpose.at)) continue;
    const { backwardReads, inPlace = false } = needsOf(one);
    const sums: Step[] = [];
    const inputs = inputsOf(one);
    const inputGradients = inputs.map((_, i): Tensor | null => {
      const value = one.inputs[i];
      if (!wanted.has(value)) return null;
      if (!begun.has(value)) {
        begun.add(value);
        if (inPlace && i === 0) p.lay('g', value, result);
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
  if (purpose.kind !== 'explain') return done();
  const explained = { of: p.value(of), at: p.value(purpose.at), gradient: p.gradient(purpose.at) };
  for (const tensor of Object.values(explained)) p.live(tensor, end());
  return done(explained);
}
