/** @file The programs in the folder of a job: what finds or makes ClinicaDL there, and the two scripts that a cluster or a shell runs. */
import { quoteWord } from '../../options/derive/words';
import { capsFolder, extractionFolder, goOnProgram, mapsFolder, prepareScript, requirementsFile } from './layout';

export const pythonVersion = '1.6.1';

export interface ScriptRequest {
  /** Words after `clinicadl` that begin the training, without the device; null where the MAPS goes on. */
  readonly train: string | null;
  /** Words after `clinicadl` that go on with the MAPS. */
  readonly resume: string;
  /** Options that need a graphics card: left out, and told, where there is none. */
  readonly onlyWithGpu: string;
  /** The network stays on the processor. */
  readonly processorOnly: boolean;
  /** It trains several networks, with which 1.6.1 cannot go on. */
  readonly multiNetwork: boolean;
  /** It lowers the learning rate, by an argument that newer PyTorch lacks. */
  readonly adaptive: boolean;
  /** Processes that read images. */
  readonly readers: number;
  /** The CAPS is on the cluster; the name of its extraction JSON, null where a MAPS knows the extraction. */
  readonly elsewhere: { readonly extraction: string | null } | null;
}

/** Versions that ClinicaDL 1.6.1 runs with. Newer setuptools lacks what one of its packages asks for. */
export function requirements({ adaptive }: Pick<ScriptRequest, 'adaptive'>): string {
  const torch = adaptive ? '# adaptive_learning_rate needs the PyTorch that 1.6.1 was made with\ntorch==2.2.0\nnumpy<2\n' : '';
  return `# Python 3.8 to 3.11\nsetuptools<70\nclinicadl==${pythonVersion}\n${torch}`;
}

const findCaps = ({ elsewhere }: ScriptRequest): string => {
  if (elsewhere === null) return '';
  const { extraction } = elsewhere;
  const place = `${extractionFolder}/${extraction}`;
  const check =
    extraction === null
      ? ''
      : `if [ ! -f ${quoteWord(`${capsFolder}/tensor_extraction/${extraction}`)} ]; then
  echo "$CAPS has no extraction of this name: copy" ${quoteWord(place)} "into $CAPS/tensor_extraction, and run this again." >&2
  exit 1
fi
`;
  return `
# FILL IN, between the quotes: the path of the CAPS on this machine.
CAPS=\${CAPS:-""}
if [ ! -d "$CAPS/subjects" ]; then
  echo 'Write the path of the CAPS, in which "subjects" lies, into ${prepareScript}, after "FILL IN".' >&2
  exit 1
fi
ln -sfn "$CAPS" ${capsFolder}
${check}`;
};

const needsVerbose = `
if ! "$python" -c 'import sys, inspect, torch.optim.lr_scheduler as s; sys.exit("verbose" not in inspect.signature(s.ReduceLROnPlateau).parameters)' 2>/dev/null; then
  echo 'With adaptive_learning_rate, ClinicaDL ${pythonVersion} needs an older PyTorch, such as 2.2.0: "pip install torch==2.2.0", and run this again.' >&2
  exit 1
fi
`;

/** Sourced by both scripts. Sets `device`, `only_with_gpu`, `python`. */
export function prepareText(request: ScriptRequest): string {
  const { processorOnly, adaptive, onlyWithGpu } = request;
  const device = processorOnly
    ? `
# In ClinicaDL ${pythonVersion} this network stays on the processor.
device=--no-gpu
gpus=0
`
    : `
gpus=$("$python" -c 'import torch; print(torch.cuda.device_count() if torch.cuda.is_available() else 0)' 2>/dev/null | tail -n 1) || gpus=0
if [ "\${gpus:-0}" -gt 0 ]; then device=--gpu; else device=--no-gpu; fi
`;
  const tellLost =
    onlyWithGpu === ''
      ? `only_with_gpu=()
`
      : `only_with_gpu=(${onlyWithGpu})
if [ "$device" = --no-gpu ]; then
  echo 'There is no graphics card here: ${onlyWithGpu} is left out.'
  only_with_gpu=()
fi
`;
  return `# Read by the job scripts, in this folder: finds ClinicaDL ${pythonVersion} or installs it, and looks for a graphics card.
set -euo pipefail
${findCaps(request)}
if [ -x venv/bin/clinicadl ]; then
  PATH="$PWD/venv/bin:$PATH"
elif ! command -v clinicadl >/dev/null 2>&1; then
  found=
  for name in python3.9 python3.10 python3.11 python3.8 python3; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(not (3, 8) <= sys.version_info[:2] <= (3, 11))'; then
      found=$name
      break
    fi
  done
  if [ -z "$found" ]; then
    echo 'ClinicaDL ${pythonVersion} needs Python 3.8 to 3.11: load such a module, and run this again.' >&2
    exit 1
  fi
  "$found" -m venv venv
  venv/bin/python -m pip install -r ${requirementsFile}
  PATH="$PWD/venv/bin:$PATH"
fi

version=$(clinicadl --version 2>/dev/null | tail -n 1) || version=
case "$version" in
  *' ${pythonVersion}') ;;
  *)
    echo "This job is for ClinicaDL ${pythonVersion}; here is \\"$version\\". Leave its environment, and run this again." >&2
    exit 1
    ;;
esac
python=$(dirname "$(command -v clinicadl)")/python
if [ ! -x "$python" ]; then python=python3; fi
${adaptive ? needsVerbose : ''}${device}${tellLost}`;
}

/** Every word of a list of bash, which may be empty also where older versions take that for a mistake. */
const everyOf = (list: string): string => ` \${${list}[@]+"\${${list}[@]}"}`;

const enter = `here=$(cd "$(dirname "\${BASH_SOURCE[0]}")" && pwd)
# sbatch runs a copy of this file from another place.
if [ ! -f "$here/${prepareScript}" ]; then here=\${SLURM_SUBMIT_DIR:-$here}; fi
cd "$here"
source ./${prepareScript}
`;

/** The part that trains; `launch`: what stands before `clinicadl`, `more`: after it. */
function trainText(
  { train, resume, multiNetwork, onlyWithGpu }: ScriptRequest,
  launch: string,
  more: string,
  mark: string,
): string {
  const goOn = `  "$python" ${goOnProgram} ${mapsFolder} "$device"${mark}\n  ${launch}clinicadl ${resume}`;
  if (train === null) return `${goOn.replace(/^ {2}/gm, '')}\n`;
  const gpuOnly = onlyWithGpu === '' ? '' : everyOf('only_with_gpu');
  const again = multiNetwork
    ? `  echo 'There is a MAPS here, and ClinicaDL ${pythonVersion} cannot go on with several networks: bring it back, or move it away.' >&2
  exit 1`
    : goOn;
  return `if [ -f ${mapsFolder}/maps.json ]; then
${again}
else
  ${launch}clinicadl ${train} "$device"${gpuOnly}${more}
fi
`;
}

const header = (what: string, cpus: number, gpus: number): string => `#!/usr/bin/env bash
#SBATCH --job-name=clinicadl
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=${cpus}
#SBATCH --gres=gpu:${gpus}
#SBATCH --mem=32G
#SBATCH --time=24:00:00
#SBATCH --output=job-%j.log
# ${what}
# Change the lines above to what the cluster has: partition, account, memory, time.
`;

/** One graphics card, or none. */
export function jobText(request: ScriptRequest): string {
  const what = 'One graphics card, or none where there is none: "sbatch" or plain "bash" runs this.';
  return header(what, request.readers + 1, 1) + enter + trainText(request, '', '', '');
}

/** Several graphics cards: one process for each, as 1.6.1 shares data among the processes that torchrun starts. */
export function severalText(request: ScriptRequest): string {
  const cards = 4;
  const fsdp = request.train === null ? '' : everyOf('fsdp');
  const launch = 'torchrun --standalone --nproc_per_node "$gpus" --no-python ';
  const what = 'Several graphics cards of one node; its options were checked, not its results (README.txt).';
  return `${header(what, cards * (request.readers + 1), cards)}# FSDP=yes before the command also shares the network among the cards (--fully_sharded_data_parallel).
${enter}
if [ "$gpus" -lt 2 ]; then
  echo "This script is for several graphics cards, and $gpus can be used here: run job.sbatch." >&2
  exit 1
fi
PATH="$(dirname "$python"):$PATH"
fsdp=()
if [ "\${FSDP:-no}" = yes ]; then fsdp=(--fully_sharded_data_parallel); fi
${trainText(request, launch, fsdp, everyOf('fsdp'))}`;
}

/** Makes a MAPS ready for `train resume`: 1.6.1 has no option there for the device, and asks for a row in the log that it never wrote. */
export function goOnText(): string {
  return `"""Makes a MAPS ready for "clinicadl train resume" of ClinicaDL ${pythonVersion}: python ${goOnProgram} MAPS --gpu|--no-gpu

- its maps.json says whether there is a graphics card, since the command has no option for it;
- of each stopped split, training.tsv loses rows of later epochs, which are trained again, and gets a row of the saved epoch where it
  has none: the command fails without, and removes it;
- a split that was stopped before its first epoch had ended is removed, and trained from the beginning.
"""
import json
import shutil
import sys
from pathlib import Path

import torch

maps = Path(sys.argv[1])
gpu = "--gpu" in sys.argv
path = maps / "maps.json"
parameters = json.loads(path.read_text())
if parameters.get("multi_network"):
    sys.exit("ClinicaDL ${pythonVersion} cannot go on with several networks: bring the MAPS back.")
parameters.pop("use_cpu", None)
parameters["gpu"] = gpu
parameters["fully_sharded_data_parallel"] = "--fully_sharded_data_parallel" in sys.argv
if parameters.get("amp") and not gpu:
    print("There is no graphics card here: amp is switched off.")
    parameters["amp"] = False
path.write_text(json.dumps(parameters, indent=4))

for tmp in sorted(maps.glob("split-*/tmp")):
    split = tmp.parent
    checkpoint = tmp / "checkpoint.pth.tar"
    if not checkpoint.is_file() or not (tmp / "optimizer.pth.tar").is_file():
        print(f"{split.name} was stopped before its first epoch had ended: it begins again.")
        shutil.rmtree(split)
        continue
    epoch = torch.load(checkpoint, map_location="cpu")["epoch"]
    print(f"{split.name} goes on: epoch {epoch + 1} (number {epoch} in the files) is trained again.")
    log = split / "training_logs" / "training.tsv"
    header, *rows = [line.split("\\t") for line in log.read_text().splitlines() if line]
    rows = [row for row in rows if float(row[0]) <= epoch]
    if not any(float(row[0]) == epoch for row in rows):
        rows.append([str(epoch), "0", "0.0"] + [""] * (len(header) - 3))
    log.write_text("".join("\\t".join(row) + "\\n" for row in [header, *rows]))
`;
}
