"""A random search of ClinicaDL 1.6.1 on the golden study: two splits of a drawn network, and predictions of the test group.

    python3 test/golden/random_search/make.py CLINICADL

CLINICADL is the program, on a CPU (PyTorch 2.8 was used). Writes `job` here: the MAPS with the weights of split 0 and the tables.
"""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

here = Path(__file__).resolve().parent
study = Path(tempfile.mkdtemp()) / 'study'
shutil.copytree(here.parent / 'study', study)
search = (here / 'random_search.toml').read_text()
(study / 'random_search.toml').write_text(search.replace('"/study/', f'"{study}/'))


def run(line):
    environment = {**os.environ, 'OMP_NUM_THREADS': '1'}
    subprocess.run([sys.argv[1], *line.split()], cwd=study, env=environment, check=True)


run('prepare-data image caps t1-linear --extract_json image --n_proc 1')
run('random-search . job')
run('predict job te --caps_directory caps --participants_tsv tsv/split/test_baseline.tsv --no-gpu --n_proc 0')
for pattern in ('maps.json', 'groups/**/*.*', 'split-0/best-loss/model.pth.tar', 'split-*/best-loss/*/*.tsv'):
    for path in (study / 'job').glob(pattern):
        target = here / path.relative_to(study)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
        if path.suffix in ('.json', '.tsv'):
            target.write_text(target.read_text().replace(str(study), '/study'))
