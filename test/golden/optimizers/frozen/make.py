"""The optimiser of a training of ClinicaDL 1.6.1 of which only the last two layers learn.

    python3 test/golden/optimizers/frozen/make.py CLINICADL

CLINICADL is the program, on a CPU (PyTorch 2.8 was used). Its file is there only while it trains.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

here = Path(__file__).resolve().parent
golden = here.parents[1]
study = Path(tempfile.mkdtemp()) / 'study'
shutil.copytree(golden / 'study', study)
shutil.copytree(golden / 'maps/maps_cls', study / 'source')
shutil.rmtree(study / 'source/split-1')
environment = {**os.environ, 'OMP_NUM_THREADS': '1'}


def start(line):
    return subprocess.Popen([sys.argv[1], *line.split()], cwd=study, env=environment)


start('prepare-data image caps t1-linear --extract_json image --n_proc 1').wait()
training = start(
    'train classification caps image tsv/split/2_fold maps --architecture Conv4_FC3 --no-gpu --n_proc 0 --seed 0 --epochs 3 '
    '--n_splits 2 -s 0 --batch_size 4 -lr 0.001 --transfer_path source --nb_unfrozen_layer 2'
)
while training.poll() is None:
    kept = study / 'maps/split-0/tmp/optimizer.pth.tar'
    if kept.exists():
        shutil.copy(kept, here)
    time.sleep(0.05)
