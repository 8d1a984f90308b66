/** @file A MAPS for scripts and pasted cells: the methods of ClinicaDL's `MapsManager`, asked of the compute worker. */
import { appError } from '../../base/errors';
import type { GivenTensor, TrainedModel } from '../../jobs/maps-model';
import { isRunning, type MapsMethod, mapsMethodNames, type RunningMethod } from '../../options/maps-method-names';
import { parametersRefused } from '../../options/maps-parameters';
import type { CommandOutcome } from '../../options/outcome';
import { failed, type RunOptions, type Session } from './session';

type Values = Readonly<Record<string, unknown>>;

/** A network as a script has it. */
export interface ScriptModel extends TrainedModel {
  /** Of elements [n, c, …space], or one [c, …space], prepared as those of the training: what the network gives, by name. */
  predict(tensor: GivenTensor): Promise<Readonly<Record<string, GivenTensor>>>;
}

type Answer<M extends MapsMethod> = M extends RunningMethod ? CommandOutcome : M extends 'get_model' ? ScriptModel : unknown;

export type MapsManager = { readonly maps_path: string } & {
  /** Arguments in Python's order; a plain object at the end holds arguments by name, of methods that run also `signal` and `onProgress`. */
  readonly [M in MapsMethod]: (...given: readonly unknown[]) => Promise<Answer<M>>;
};

const isNamed = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Throws `workspace-missing`, and what the worker says. */
export async function askMaps(
  session: Session,
  path: string,
  method: MapsMethod | 'outputs',
  values: Values,
  tensor?: GivenTensor,
): Promise<unknown> {
  if (session.workspace === undefined) throw appError('workspace-missing', { line: `openMaps("${path}")` });
  return session.query('maps', { path, method, arguments: values, ...(tensor === undefined ? {} : { tensor }) });
}

/** A call with complete arguments: the outcome of a method that runs, which never rejects, or the answer of one that reads. */
export async function callMaps(
  session: Session,
  path: string,
  method: MapsMethod,
  arguments_: () => Promise<Values>,
  options: RunOptions = {},
): Promise<unknown> {
  if (!isRunning(method)) {
    const values = await arguments_();
    const answer = await askMaps(session, path, method, values);
    if (method !== 'get_model') return answer;
    const predict: ScriptModel['predict'] = async (tensor) =>
      (await askMaps(session, path, 'outputs', values, tensor)) as Readonly<Record<string, GivenTensor>>;
    return { ...(answer as TrainedModel), predict } satisfies ScriptModel;
  }
  let line: string;
  try {
    line = String(await askMaps(session, path, method, await arguments_()));
  } catch (error) {
    return failed(error);
  }
  return session.run(line, options);
}

/** Throws `option-value` for a path that is no text, and `command-elsewhere` for parameters, with which Python makes a MAPS. */
export function mapsManager(session: Session, path: unknown, parameters: unknown = null): MapsManager {
  if (typeof path !== 'string' || path === '')
    throw appError('option-value', { option: 'maps_path', found: typeof path, expected: 'a path' }, { where: 'maps_path' });
  if (parameters !== null && parameters !== undefined) throw parametersRefused();
  const call = (method: MapsMethod, given: readonly unknown[]): Promise<unknown> => {
    const last = given.at(-1);
    const { signal, onProgress, ...own } = isNamed(last) ? last : {};
    const running = isRunning(method);
    const named = isNamed(last) && !running ? last : own;
    const told = async (): Promise<Values> => {
      const { methodArguments } = await import('../../options/maps-methods');
      return methodArguments(method, isNamed(last) ? given.slice(0, -1) : given, named);
    };
    const options = { signal, onProgress, attended: false } as RunOptions;
    return callMaps(session, path, method, told, running ? options : {});
  };
  const methods = mapsMethodNames.map((name) => [name, (...given: readonly unknown[]) => call(name, given)]);
  return { maps_path: path, ...Object.fromEntries(methods) } as MapsManager;
}
