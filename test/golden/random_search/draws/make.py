"""What random searches of ClinicaDL 1.6.1 draw with Python's generator seeded beforehand: the maps.json of each.

    python3 test/golden/random_search/draws/make.py

Runs in the Python that has ClinicaDL, on a CPU. Writes `seed-<n>.json` here.
"""
import os
import random
import shutil
import tempfile
from pathlib import Path

os.environ['OMP_NUM_THREADS'] = '1'
from click.testing import CliRunner
from clinicadl.cmdline import cli

here = Path(__file__).resolve().parent
study = Path(tempfile.mkdtemp()) / 'study'
shutil.copytree(here.parent.parent / 'study', study)
search = (here / 'random_search.toml').read_text()
(study / 'random_search.toml').write_text(search.replace('"/study/', f'"{study}/'))
runner = CliRunner()


def run(*words):
    result = runner.invoke(cli, words)
    return result


print(run('prepare-data', 'image', str(study / 'caps'), 't1-linear', '--extract_json', 'image', '--n_proc', '1'))
for seed in range(8):
    # The first call of a command imports its modules; what they draw is not meant.
    random.seed(seed)
    print(seed, run('random-search', str(study), f'job-{seed}'))
    made = study / f'job-{seed}' / 'maps.json'
    (here / f'seed-{seed}.json').write_text(made.read_text().replace(str(study), '/study'))
