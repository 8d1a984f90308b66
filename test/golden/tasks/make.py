"""Regression on regions and variational autoencoders: what ClinicaDL 1.6.1 writes for them, beside the golden study.

    python3 test/golden/tasks/make.py CLINICADL

CLINICADL is the program, on a CPU (PyTorch 2.8 was used; the same numbers as 1.13 to 2e-6). Writes the tables of each MAPS here.
"""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nibabel
import numpy

here = Path(__file__).resolve().parent
program = sys.argv[1]
work = Path(tempfile.mkdtemp())
study, padded = work / 'study', work / 'padded'
for place in (study, padded):
    shutil.copytree(here.parent / 'study', place)

# 32 x 40 x 32 voxels: what networks for images reduced by 5 take.
for path in padded.glob('caps/subjects/*/*/t1_linear/*.nii.gz'):
    image = nibabel.load(path)
    data = numpy.pad(numpy.asarray(image.dataobj).astype('float32'), ((0, 0), (2, 2), (1, 1)))
    nibabel.save(nibabel.Nifti1Image(data, image.affine), path)
shutil.copy(here / 'variational.toml', padded)


def run(place, line):
    environment = {**os.environ, 'OMP_NUM_THREADS': '1'}
    subprocess.run([program, *line.split()], cwd=place, env=environment, check=True)


common = '--no-gpu --n_proc 0 --seed 0 --n_splits 2 -s 0 --batch_size 4 -lr 0.001'
test = '--caps_directory caps --participants_tsv tsv/split/test_baseline.tsv --no-gpu --n_proc 0'
run(study, 'prepare-data roi caps t1-linear --extract_json roibig --roi_list leftBig --roi_list rightBig --n_proc 1')
run(study, f'train regression caps roibig tsv/split/2_fold maps_regression_roi --architecture Conv4_FC3 --epochs 1 {common}')
run(study, f'predict maps_regression_roi te {test}')
run(study, f'predict maps_regression_roi tn {test} --no_labels')
run(padded, 'prepare-data image caps t1-linear --extract_json image --n_proc 1')
for maps, network in (('maps_vae', 'Vanilla3DdenseVAE'), ('maps_cvae', 'CVAE_3D_final_conv')):
    options = f'-c variational.toml --architecture {network} --epochs 2 --evaluation_steps 1 {common}'
    run(padded, f'train reconstruction caps image tsv/split/2_fold {maps} {options}')

for place, maps in ((study, 'maps_regression_roi'), (padded, 'maps_vae'), (padded, 'maps_cvae')):
    for path in [*place.glob(f'{maps}/split-0/best-loss/*/*.tsv'), *place.glob(f'{maps}/split-0/training_logs/*.tsv')]:
        target = here / path.relative_to(place)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    shutil.copy(place / maps / 'maps.json', here / maps / 'maps.json')
