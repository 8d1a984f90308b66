/** @file README.txt in the folder of a job: how it is run, what comes back, and what is different there. */
import { capsFolder, extractionFolder, jobScript, mapsFolder, prepareScript, severalScript } from './layout';
import type { StoppedSplit } from './resumed-maps';
import { pythonVersion } from './scripts';

export interface ReadmeRequest {
  readonly version: string;
  /** The command that the scripts run, with `clinicadl`. */
  readonly line: string;
  /** Null for a training from the beginning. */
  readonly stopped: readonly StoppedSplit[] | null;
  readonly copied: boolean;
  readonly sessions: number;
  readonly architecture: string;
  /** What was left out, and other things to know; whole sentences. */
  readonly notes: readonly string[];
}

const wrap = (text: string, indent = ''): string => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && `${line} ${word}`.length > 90 - indent.length) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one, i) => (i === 0 ? one : indent + one)).join('\n');
};

const point = (text: string): string => `- ${wrap(text, '  ')}`;

/** What 1.6.1 does otherwise when it goes on. */
function resumeNotes(stopped: readonly StoppedSplit[]): string[] {
  const repeated = stopped.map(
    ({ split, epoch }) =>
      `split ${split} goes on after epoch ${epoch + 1} (number ${epoch} in the files), which is trained once more`,
  );
  return [
    `ClinicaDL ${pythonVersion} repeats the saved epoch${repeated.length === 0 ? '' : `: ${repeated.join('; ')}`}. The weights are therefore not those of a training that was never interrupted; here it would go on exactly.`,
    'Its memory of the best epoch, the patience and the adaptive learning rate begin anew, so that the first epoch there replaces the best networks.',
    'Batches of an epoch that had not ended are trained again.',
  ];
}

const resnet18Note =
  'resnet18 of 1.6.1 begins with public weights (resnet18-5c106cde.pth), which it downloads to ~/.cache/torch: start it once where there is a network. Here it begins with drawn weights unless --pretrained is given.';

export function readmeText({ version, line, stopped, copied, sessions, architecture, notes }: ReadmeRequest): string {
  const caps = copied
    ? `${capsFolder}/ holds the tensors of ${sessions} sessions, and no more than the training reads: they are data of people. Copy the folder only to where they may be.`
    : `The images do not come along: write the path of the CAPS on the cluster into ${prepareScript}, after "FILL IN". ${extractionFolder}/ holds the description of the tensors that it must have.`;
  const toKnow = [
    ...(stopped === null ? [] : resumeNotes(stopped)),
    ...notes,
    ...(architecture === 'resnet18' ? [resnet18Note] : []),
    'Seeds and the order of the batches are those of here; numbers differ in their last digits, and dropout draws others.',
  ];
  return `A training for ClinicaDL ${pythonVersion} in Python, written by clinicadl-web ${version}

  ${line}

Run it
------
${point('Copy this folder to the cluster.')}
${point(`In it, type "sbatch ${jobScript}", or "bash ${jobScript}" on a machine without a queue. Where there is no clinicadl, it is installed into venv/ with the versions of requirements.txt, once; this needs a network, so on a cluster whose nodes have none, run "bash ${prepareScript}" first where there is one. The script asks for --gpu or --no-gpu by what it finds.`)}
${point('A training that a time limit ends is gone on with by the same command; it then repeats the epoch that was saved last.')}
${point(caps)}

Several graphics cards
----------------------
${wrap(`${severalScript} starts one process for each card, as 1.6.1 shares its data among them. Only its options and the start of its processes were checked, on processors. The results differ from those of one card: --batch_size counts for each card; losses and metrics in the log are those of one card's share; and tables of predictions repeat rows where a group does not divide by the cards, which the metrics count, too.`)}

Bring it back
-------------
${wrap(`Copy ${mapsFolder}/ into the folder that you open in clinicadl-web. Its results open there, a training that has not ended goes on there, and new people are predicted with it.`)}

To know
-------
${toKnow.map(point).join('\n')}
`;
}
