/** @file An optimiser's formula (`vocabulary/optimizers.ts`) as WGSL: one `let` for each operation, in the formula's order. */
import { type OptimizerName, optimizerRow } from '../../../vocabulary/optimizers';

/** `updated`, which the kernels call for four weights, and the bindings of what is kept, from SLOT on. */
export function formulaText(optimizer: OptimizerName): string {
  const { tensors, formula } = optimizerRow(optimizer);
  const lines: string[] = [];
  const put = (expression: string): string => {
    const name = `v${lines.length}`;
    lines.push(`  let ${name} = ${expression};`);
    return name;
  };
  type Operand = string | number;
  const infix = (sign: string) => (x: Operand, y: Operand) => put(`${x} ${sign} ${y}`);
  const call = (name: string) => (x: string) => put(`${name}(${x})`);
  const kept = tensors.map((_, k) => put(`slot${k}[i]`));
  const [change, ...after] = formula<string>(
    {
      add: infix('+'),
      sub: infix('-'),
      mul: infix('*'),
      div: infix('/'),
      max: (x, y) => put(`max(${x}, ${y})`),
      abs: call('abs'),
      sqrt: call('sqrt'),
    },
    { g: 'g', w: 'w', kept, rate: 'numbers.rate', along: 'numbers.along', root: 'numbers.root' },
  );
  return [
    ...tensors.map((_, k) => `@group(0) @binding(SLOT + ${k}) var<storage, read_write> slot${k}: array<vec4f>;`),
    'fn updated(i: i32, w: vec4f, g: vec4f) -> vec4f {',
    ...lines,
    ...after.map((value, k) => `  slot${k}[i] = ${value};`),
    `  return w - ${change};`,
    '}',
  ].join('\n');
}
