"""Three classes, numeric labels, missing cells: what ClinicaDL 1.6.1 writes for them, beside the golden study.

    python3 test/golden/three_classes/make.py CLINICADL

CLINICADL is the program, on a CPU. Writes `tsv/`, text files of each MAPS, `labels.json` and `kfold.json` here, and
`prepared/tensor_extraction/roi_default.json`.
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

here = Path(__file__).resolve().parent
program = sys.argv[1]
work = Path(tempfile.mkdtemp())
shutil.copytree(here.parent / 'study', work / 'study')
study = work / 'study'


def run(line, may_fail=False):
    environment = {**os.environ, 'OMP_NUM_THREADS': '1'}
    done = subprocess.run([program, *line.split()], cwd=study, env=environment, capture_output=True, text=True)
    if done.returncode != 0 and not may_fail:
        sys.exit(f'{line}\n{done.stderr}')


# Tables: 16 people of the study in two folds, with the same classes in several types.
diagnoses = 'CN CN MCI CN AD CN MCI CN CN AD CN CN MCI CN AD CN CN MCI CN AD'.split()
grades = {'AD': 10, 'CN': 9, 'MCI': 100}
columns = 'participant_id session_id diagnosis grade code half flag words large'.split()


def row(i):
    grade = grades[diagnoses[i]]
    return [
        f'sub-T{i:02d}', 'ses-M000', diagnoses[i], grade, f'{grade:03d}', grade / 2, i % 3 > 0, 'x 1 2.5'.split()[i % 3],
        10**19 + grade if i % 3 else grade,
    ]


def table(path, people):
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ['\t'.join(columns), *('\t'.join(map(str, row(i))) for i in people)]
    path.write_text('\n'.join(lines) + '\n')


first, second = [0, 1, 2, 3, 4, 5, 6, 7, 12], [8, 9, 10, 11, 13, 14, 17]
table(study / 'three/train.tsv', first + second)
for split, (train, validation) in enumerate([(first, second), (second, first)]):
    table(study / f'three/2_fold/split-{split}/train.tsv', train)
    table(study / f'three/2_fold/split-{split}/validation_baseline.tsv', validation)
shutil.rmtree(here / 'tsv', ignore_errors=True)
shutil.copytree(study / 'three', here / 'tsv')

run('prepare-data image caps t1-linear --extract_json image')
run('prepare-data roi caps t1-linear --extract_json roibig --roi_list leftBig --roi_list rightBig')
run('prepare-data roi caps t1-linear --extract_json roi_default --roi_list leftHippocampusBox --roi_list rightHippocampusBox --save_features')
shutil.copy(study / 'caps/tensor_extraction/roi_default.json', here.parent / 'prepared/tensor_extraction')

common = '--architecture Conv4_FC3 --no-gpu --n_proc 0 --n_splits 2 -s 0 --batch_size 4 -lr 0.001 --dropout 0 --diagnoses AD --diagnoses CN --diagnoses MCI'
trainings = {
    'maps_three': 'image {} --epochs 2 --evaluation_steps 1',
    'maps_weighted': 'image {} --epochs 3 --evaluation_steps 2 --sampler weighted --seed 5',
    'maps_no_vote': 'roibig {} --epochs 1 --selection_threshold 1',
}
for maps, options in trainings.items():
    extraction, rest = options.split(' {} ')
    run(f'train classification caps {extraction} three/2_fold {maps} {common} {rest}')
    shutil.rmtree(here / maps, ignore_errors=True)
    for file in (study / maps).rglob('*'):
        keep = file.suffix in ('.tsv', '.json', '.log') and 'information.log' != file.name
        if file.is_file() and keep:
            target = here / maps / file.relative_to(study / maps)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)

# Labels that are no words: the program writes maps.json and the groups, then fails for numbers and flags.
labels = {}
for name in columns[3:]:
    run(f'train classification caps image three/2_fold maps_{name} {common} --epochs 1 --label {name}', may_fail=True)
    code = json.loads((study / f'maps_{name}/maps.json').read_text())['label_code']
    data = (study / f'maps_{name}/groups/train/split-0/data.tsv').read_text().splitlines()[1:]
    labels[name] = {'code': list(code.items()), 'data': [line.split('\t')[-1] for line in data]}
(here / 'labels.json').write_text(json.dumps(labels, indent=1) + '\n')

# Folds of columns with missing cells: for each column and number of folds the table and all files.
random.seed(1)
folds = {}
for kind, values in {'words': 'xyz', 'numbers': '12', 'fractions': ['0.5', '2'], 'flags': ['True', 'False']}.items():
    cells = ['' if random.random() < 0.4 else random.choice(values) for _ in range(18)]
    lines = ['participant_id\tsession_id\tdiagnosis\tage\tsex\tgroup']
    lines += [f'sub-{i:02d}\tses-M000\t{["AD", "CN"][i % 2]}\t{60 + i}\t{"MF"[i % 3 > 0]}\t{cell}' for i, cell in enumerate(cells)]
    folder = study / f'folds_{kind}'
    folder.mkdir()
    (folder / 'train.tsv').write_text('\n'.join(lines) + '\n')
    run(f'tsvtools kfold folds_{kind}/train.tsv --n_splits 3 --stratification group')
    files = {str(file.relative_to(folder)): file.read_text() for file in sorted(folder.glob('3_fold/split-*/*.tsv'))}
    folds[kind] = {'table': (folder / 'train.tsv').read_text(), 'files': files}
(here / 'kfold.json').write_text(json.dumps(folds, indent=1) + '\n')
shutil.rmtree(work)
