/** @file Text files of a MAPS: description.log, information.log, environment.txt. */

const two = (n: number): string => String(n).padStart(2, '0');

/** Local date and time as Python prints `datetime.now()`: `2026-11-21 02:28:17.068000`. */
export function printPythonDate(date: Date): string {
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}000`;
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** The four lines of `description.log`. `caps`: of each cohort. `sessions`: rows of the group's table. */
export function printDescription(
  group: string,
  caps: readonly { readonly cohort: string; readonly path: string }[],
  sessions: readonly { readonly participant_id: string }[],
  now: Date,
): string {
  const participants = new Set(sessions.map((row) => row.participant_id)).size;
  return [
    `Prediction ${group} group - ${printPythonDate(now)}`,
    `Data loaded from CAPS directories: {${caps.map(({ cohort, path }) => `${quote(cohort)}: PosixPath(${quote(path)})`).join(', ')}}`,
    `Number of participants: ${participants}`,
    `Number of sessions: ${sessions.length}`,
    '',
  ].join('\n');
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Date, path and layer tree, each followed by an empty line. */
export function printInformation(mapsPath: string, layers: string, now: Date): string {
  const day = `${two(now.getDate())} ${months[now.getMonth()]} ${now.getFullYear()}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `- Date :\t${day}, ${time}\n\n- Path :\t${mapsPath}\n\n- Model :\t${layers}\n\n`;
}

/** The text of information.log with kernels that it does not name yet, below what Python's ClinicaDL writes and nobody reads. */
export function addKernels(text: string, kernels: Readonly<Record<string, string>>): string {
  const names = Object.entries(kernels).map(([row, kernel]) => `\t${row}: ${kernel}\n`);
  const lines = `- Kernels :\n${names.join('')}\n`;
  return names.length === 0 || text.includes(lines) ? text : text + lines;
}

/** The text of information.log with a profile; `told`: what it holds. */
export const addProfile = (text: string, path: string, told: string): string => `${text}- Profile :\t${path}: ${told}\n\n`;

/** True for an environment.txt of this program. */
export const isOwnEnvironment = (text: string): boolean => /^clinicadl-web==/m.test(text);

/** The file of weights that a training began with. */
export interface PretrainedNote {
  /** In the workspace. */
  readonly path: string;
  readonly sha256: string;
}

/** Lines of environment.txt. */
export const printPretrained = ({ path, sha256 }: PretrainedNote): string =>
  `pretrained==${JSON.stringify(path)}\npretrained-sha256==${sha256}\n`;

/** Null: the weights were drawn. */
export function pretrainedIn(environment: string): PretrainedNote | null {
  const match = /^pretrained==(".*")\npretrained-sha256==([0-9a-f]{64})$/m.exec(environment);
  return match === null ? null : { path: JSON.parse(match[1]) as string, sha256: match[2] };
}

/** What stands in for `pip freeze`: the program, its version, the devices in the order in which they were used. */
export function printEnvironment(version: string, backend: string, adapter: string): string {
  return addBackend('', version, backend, adapter);
}

/** The text of environment.txt with a device that it does not have yet. */
export function addBackend(text: string, version: string, backend: string, adapter: string): string {
  const program = `clinicadl-web==${version}\n`;
  const device = `backend==${backend}\nadapter==${adapter.replaceAll(/\s+/g, '-')}\n`;
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  if (start.includes(device)) return text;
  return start + (start.includes(program) ? '' : program) + device;
}
