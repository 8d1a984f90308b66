/** @file Programs other than ClinicaDL in pasted lines: what each would do, and what to do here instead. None is run. */

export interface Elsewhere {
  /** A sentence: what the line is, and why nothing is run. */
  readonly told: string;
  /** What to do here; goes on after "Leave the line out;", without a full stop. */
  readonly instead: string;
  /** The lines after it do not need what it would have done, or the person has done it by hand. */
  readonly goesOn: boolean;
}

type Words = readonly string[];
type Answer = (words: Words) => Elsewhere;

const skipped = (told: string, instead: string): Elsewhere => ({ told, instead, goesOn: true });
const needed = (told: string, instead: string): Elsewhere => ({ told, instead, goesOn: false });

const install: Answer = ([name, ...words]) => {
  const version = /^clinicadl(?:==|@)([\d.]+)/.exec(words.find((word) => word.startsWith('clinicadl')) ?? '')?.[1];
  const told = `"${name}" installs programs, and here nothing is to be installed: the page is the program.`;
  return version === undefined || version === '1.6.1'
    ? skipped(told, 'the commands of ClinicaDL 1.6.1 run as they are')
    : skipped(
        told,
        `the tutorial uses ClinicaDL ${version} and this page 1.6.1, so lines with older names run as their lines of today, which are shown`,
      );
};

const environment: Answer = ([name]) =>
  skipped(`"${name}" prepares an environment of programs, and the page needs none.`, 'the commands of ClinicaDL run as they are');

const download: Answer = ([name, ...words]) => {
  const address = words.find((word) => /^(https?|ftp):/.test(word));
  const where =
    address === undefined ? 'download the file in a new tab of the browser' : `open ${address} in a new tab of the browser`;
  return skipped(
    `"${name}" downloads a file, and this page fetches nothing, so that images stay on this computer.`,
    `${where}, unpack what it saves and open that folder on Home; the sample study on Home stands in for data that you do not have`,
  );
};

const unpack: Answer = ([name, ...words]) => {
  const file = words.find((word) => /\.(tar|tgz|gz|bz2|xz|zip)\b/.test(word)) ?? 'the archive';
  return name === 'unzip' || file.endsWith('.zip')
    ? skipped(`"${name}" unpacks a zip file, and Home does that itself.`, `open ${file} on Home with "Open a zip file"`)
    : skipped(
        `"${name}" unpacks an archive, and this page unpacks zip files only.`,
        `unpack ${file} with the file manager of your computer, then open the folder on Home`,
      );
};

const list: Answer = ([name]) =>
  skipped(
    `"${name}" lists files, and the page shows them itself.`,
    'look at Home for what the open folder holds, at Data for sessions and images, at Cohort for tables',
  );

const show: Answer = ([name, ...words]) => {
  const file = words.find((word) => !word.startsWith('-'));
  return skipped(
    `"${name}" prints a file${file === undefined ? '' : ` (${file})`}, and the page shows files itself.`,
    /json/.test(file ?? '')
      ? 'Results shows maps.json as "Parameters of the training"; other files open in a text editor'
      : 'Cohort shows tables, Results shows metrics and predictions',
  );
};

const move: Answer = ([name]) =>
  needed(
    `"${name}" changes files, and here only commands of ClinicaDL do.`,
    'do it in the file manager of your computer, then run the lines after it',
  );

const makeFolder: Answer = ([name]) =>
  skipped(`"${name}" makes folders, and the commands make the folders that they need.`, 'the lines after it run without it');

const git: Answer = ([, verb]) =>
  skipped(
    `"git${verb === undefined ? '' : ` ${verb}`}" fetches or keeps source code, and here the page is the program.`,
    'for data in a repository, download it as a zip file and open that on Home',
  );

const script: Answer = (words) =>
  needed(
    `"${words.slice(0, 2).join(' ')}" runs a program in Python, and no Python runs here.`,
    'write the commands themselves, one on a line; scripts for this page use globalThis.clinicadl in the developer console of the browser',
  );

const device: Answer = ([name]) => skipped(`"${name}" asks about the graphics card.`, 'Train tells what computes here, and why');

const board: Answer = ([name]) =>
  skipped(
    `"${name}" shows learning curves.`,
    'Train draws them while a network learns, Results afterwards; the MAPS holds files for TensorBoard too',
  );

const clinica: Answer = (words) =>
  needed(
    `"${words.slice(0, 3).join(' ')}" is a program of Clinica, which preprocesses images outside of the browser.`,
    'run Clinica where it is installed, then open its CAPS folder on Home',
  );

const shellOnly: Answer = ([name]) =>
  skipped(`"${name}" belongs to a shell, and none runs here.`, 'paths begin at the open folder, and "cd" goes into one below it');

const container: Answer = ([name]) =>
  needed(
    `"${name}" runs programs in a container, and here the page is the program.`,
    'write the command that stands behind it alone, from "clinicadl" on',
  );

const wrapper: Answer = ([name]) =>
  needed(
    `"${name}" starts another program in a way of its own, which a page cannot.`,
    'write the command that stands behind it alone, from "clinicadl" on',
  );

const answers: readonly (readonly [names: string, answer: Answer])[] = [
  ['pip pip3 apt apt-get brew npm pipx', install],
  ['conda mamba micromamba source activate deactivate poetry uv module venv virtualenv pyenv', environment],
  ['curl wget gdown aws gsutil scp rsync ftp', download],
  ['tar gunzip gzip unzip 7z unrar bunzip2 xz', unpack],
  ['ls ll la dir tree find du', list],
  ['cat head tail less more nano vi vim code open', show],
  ['cp mv rm rmdir touch chmod chown ln sed awk', move],
  ['mkdir', makeFolder],
  ['git', git],
  ['python python3 ipython jupyter Rscript matlab pytest bash sh run', script],
  ['nvidia-smi rocm-smi', device],
  ['tensorboard load_ext', board],
  ['clinica', clinica],
  ['pwd echo date whoami which export env set exit alias history grep wc sort matplotlib config', shellOnly],
  ['docker podman singularity apptainer', container],
  ['sudo time nohup srun sbatch qsub screen tmux xargs', wrapper],
];
const byName = new Map(answers.flatMap(([names, answer]) => names.split(' ').map((name) => [name, answer] as const)));

/** The answer to the words of a line; undefined for what is no program known here. */
export function elsewhere(words: Words): Elsewhere | undefined {
  return byName.get(words[0] ?? '')?.(words);
}
