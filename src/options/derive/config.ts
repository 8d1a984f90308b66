/**
 * @file Options from a command line and its configuration file together.
 *
 * Order of precedence: what was typed, the file, the defaults. In ClinicaDL 1.6.1 six options (`amp`,
 * `adaptive_learning_rate`, `fully_sharded_data_parallel`, `nb_unfrozen_layer`, `profiler`, `save_all_models`) always came from
 * the command line; here only typed ones do.
 */
import { appError } from '../../base/errors';
import { decodeText } from '../../formats/decode-text';
import { maxTomlBytes } from '../../formats/toml';
import { type CommandName, commandOf, type OptionsOf } from '../commands';
import { taskOfCommand } from '../train';
import { checkCommand } from './check';
import { readConfigJson } from './config-json';
import { readConfigToml } from './toml';

/** The part of a parsed command line that is needed here. */
export interface TypedOptions<N extends CommandName> {
  readonly command: N;
  readonly options: OptionsOf<N>;
  readonly typed: ReadonlySet<string>;
}

/**
 * The options that a configuration file sets: TOML, or the maps.json of a training. Throws `config-file-kind`, `config-…`,
 * `option-value`, and what damaged TOML and JSON throw.
 */
export function readConfigFile(command: CommandName, path: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (path.endsWith('.toml'))
    return readConfigToml(
      commandOf(command).schema,
      decodeText(bytes, { format: 'TOML', maxBytes: maxTomlBytes, where: path }),
      path,
    );
  if (!path.endsWith('.json')) throw appError('config-file-kind', { path, found: 'of another kind' }, { where: path });
  return readConfigJson(bytes, path, taskOfCommand(command));
}

/** The path of the configuration file that a command names, or null. */
export function configFileOf({ options }: { readonly options: object }): string | null {
  return 'config_file' in options && typeof options.config_file === 'string' ? options.config_file : null;
}

/** Complete options of a command, checked, from what was typed and what the file sets. Throws what `checkCommand` throws. */
export function resolveOptions<N extends CommandName>(
  { command, options, typed }: TypedOptions<N>,
  config: Readonly<Record<string, unknown>> = {},
): OptionsOf<N> {
  const given = options as Readonly<Record<string, unknown>>;
  const positionals = Object.keys(commandOf(command).schema.positionals);
  const kept = [...positionals, ...typed].map((key) => [key, given[key]] as const);
  return checkCommand(command, { ...config, ...Object.fromEntries(kept) });
}
