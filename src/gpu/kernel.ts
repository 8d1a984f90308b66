/**
 * @file A kernel is plain data: the whole WGSL body, integer constants written in front of it, how many threads it wants, and a
 * plain reference. The pipeline key is computed from name and constants, so a stale pipeline cannot be picked.
 */
import { appError } from '../base/errors';
import { largestHalf } from '../base/half';

/** Integers written as `const NAME: i32 = value;` in front of the body. */
export type Constants = Readonly<Record<string, number>>;

export type KernelArray = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

export interface Binding {
  readonly name: string;
  /** `write` bindings may be read too; they are what the tests compare. */
  readonly access: 'uniform' | 'read' | 'write';
}

/** What a device may lack, and how a shader asks for it. */
const enables = { subgroups: 'enable subgroups;\n', 'shader-f16': 'enable f16;\n' } as const;

export type KernelFeature = keyof typeof enables;
export const kernelFeatures = Object.keys(enables) as readonly KernelFeature[];

/** What the kernel needs and a device with `features` has not: there it cannot be compiled. */
export function missingFeatures(
  { needs = [] }: Pick<KernelSpec, 'needs'>,
  features: ReadonlySet<KernelFeature>,
): KernelFeature[] {
  return needs.filter((feature) => !features.has(feature));
}

/** One case of the kernel suite. */
export interface KernelExample {
  /** What is special about it: `odd sizes`, `one voxel`. */
  readonly title: string;
  readonly constants: Constants;
  /** Extents of the dispatch, as `workgroups` takes them. */
  readonly extent: Extent;
  /** One array per binding, in order; those of `write` bindings hold what is there before. */
  readonly arrays: () => readonly KernelArray[];
}

/** Threads along x (split over two axes by `workgroups`) and repetitions along z (samples). */
export interface Extent {
  readonly threads: number;
  readonly z: number;
}

export interface KernelSpec {
  readonly name: string;
  /** The body as it runs; its first line is the formula. */
  readonly wgsl: string;
  /** In the order of `@binding(i)`, group 0. */
  readonly bindings: readonly Binding[];
  /** Names of all constants that the body needs. */
  readonly constants: readonly string[];
  /**
   * Names of the bindings whose elements the body calls `stored` or `stored4`: f32, or f16 where the constant HALF is given as 1.
   * Only kernels that have this list, which may be empty, take HALF and see what `storage` declares.
   */
  readonly half?: readonly string[];
  /** Features of the device without which the body does not compile. */
  readonly needs?: readonly KernelFeature[];
  /** Bindings that the body sees through windows: they begin `from0`, `from1` and `from2` elements behind the tensors' beginnings. */
  readonly windows?: readonly string[];
  /** Threads of one workgroup; the body says the same. A constant `GROUP` takes its place where it is given. */
  readonly workgroupSize: number;
  readonly examples: readonly KernelExample[];
  /** The `write` arrays after the run, in binding order, computed plainly from `arrays`; may change `arrays`. */
  readonly reference: (arrays: readonly KernelArray[], constants: Constants, extent: Extent) => readonly KernelArray[];
  /** Largest difference, relative to the largest magnitude of the output. */
  readonly tolerance: number;
}

/** Name and all constants, sorted: two dispatches share a pipeline if and only if this is equal. */
export function pipelineKey(spec: KernelSpec, constants: Constants): string {
  const parts = Object.keys(constants)
    .sort()
    .map((name) => `${name}=${constants[name]}`);
  return `${spec.name}(${parts.join(',')})`;
}

/**
 * Gradients of activations are this many times too large where they are stored as f16, which has no digits left below 6e-8; they
 * are divided where they leave the activations.
 */
export const halfGradientScale = 4096;

/**
 * What kernels that store activations call: types, rounding (beyond the largest f16 the largest), the gradients' scale. NaN stays, as
 * it is greater than nothing; asking for it by `value == value` would be folded away by compilers.
 */
function storage(half: boolean): string {
  const type = half ? 'f16' : 'f32';
  const kept = half ? 'select(value, sign(value) * largest, abs(value) > vec4f(largest))' : 'value';
  return `${half ? `const largest = ${largestHalf}f;\n` : ''}alias stored = ${type};
alias stored4 = vec4<${type}>;
const GRADIENT_SCALE: f32 = ${half ? halfGradientScale : 1};
fn keep(value: vec4f) -> stored4 { return stored4(${kept}); }
fn unscaled(value: stored4) -> vec4f { return vec4f(value)${half ? ' / GRADIENT_SCALE' : ''}; }
`;
}

/** The whole shader: constants, then the body. Throws a plain Error if a constant is missing, superfluous or no integer: our bug. */
export function shaderOf(spec: KernelSpec, constants: Constants): string {
  const { HALF = 0, ...rest } = constants;
  if (HALF !== 0 && spec.half === undefined) throw new Error(`${spec.name} stores no f16`);
  const given = Object.keys(rest).sort().join(' ');
  const wanted = [...spec.constants].sort().join(' ');
  if (given !== wanted) throw new Error(`${spec.name}: constants "${given}" given, "${wanted}" wanted`);
  const lines = spec.constants.map((name) => {
    const value = constants[name];
    if (!Number.isInteger(value)) throw new Error(`${spec.name}: ${name} = ${value} is not an integer`);
    return `const ${name}: i32 = ${value};`;
  });
  const needs = new Set<KernelFeature>([...(HALF === 1 ? (['shader-f16'] as const) : []), ...(spec.needs ?? [])]);
  const prelude = [...needs].map((feature) => enables[feature]).join('') + (spec.half === undefined ? '' : storage(HALF === 1));
  return `${prelude}${lines.join('\n')}\n${spec.wgsl}`;
}

/** Workgroups for so many threads: x and y below the limit of 65535 each (the body rebuilds the flat index), z as it is. */
export function workgroups({ workgroupSize }: KernelSpec, constants: Constants, extent: Extent): [number, number, number] {
  const groups = Math.max(1, Math.ceil(extent.threads / (constants.GROUP ?? workgroupSize)));
  const y = Math.ceil(groups / 65535);
  return [Math.ceil(groups / y), y, extent.z];
}

const bufferTypes = { uniform: 'uniform', read: 'read-only-storage', write: 'storage' } as const;

/**
 * Compiles one kernel. Throws `gpu-shader` with the compiler's lines and the numbered shader in the error's cause.
 */
export async function compileKernel(device: GPUDevice, spec: KernelSpec, constants: Constants): Promise<GPUComputePipeline> {
  const code = shaderOf(spec, constants);
  const label = pipelineKey(spec, constants);
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ code, label });
  const layout = device.createBindGroupLayout({
    label,
    entries: spec.bindings.map(({ access }, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: bufferTypes[access] },
    })),
  });
  const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
  const [scope, info] = await Promise.all([device.popErrorScope(), module.getCompilationInfo()]);
  const errors = info.messages.filter(({ type }) => type === 'error');
  if (scope !== null || errors.length > 0) {
    const found = errors.map(({ lineNum, linePos, message }) => `line ${lineNum}:${linePos} ${message}`);
    throw shaderError(label, found.length > 0 ? found.join('\n') : String(scope?.message), code);
  }
  try {
    return await device.createComputePipelineAsync({ label, layout: pipelineLayout, compute: { module, entryPoint: 'main' } });
  } catch (error) {
    throw shaderError(label, error instanceof Error ? error.message : String(error), code);
  }
}

function shaderError(label: string, problem: string, code: string): Error {
  const numbered = code
    .split('\n')
    .map((line, index) => `${String(index + 1).padStart(4)} ${line}`)
    .join('\n');
  const first = problem.split('\n')[0];
  return appError('gpu-shader', { kernel: label, problem: first }, { cause: new Error(`${problem}\n${numbered}`) });
}
