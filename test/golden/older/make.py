"""Makes the MAPS of clinicadl 1.0.4, 1.1.0 and 1.6.0 and the result folder of 0.2.2 in this folder.

    python make.py VERSION /path/to/bin/clinicadl

with that version of clinicadl (PyPI) in an environment of its own. The study is test/golden/study at /study; tables with one file for
each label are made from its own. The study of 0.2.2 is a formula (`voxels`), because its Conv4_FC3 takes patches of 50 voxels; the test
makes the same images. Used: Python 3.8, torch 1.13.1 and numpy 1.23 for 1.0.4 and 1.1.0; Python 3.9 with torch 2.8.0 for 1.6.0;
Python 3.7, torch 1.8.1 and clinica 0.4.1 for 0.2.2.
"""
import csv
import math
import os
import shutil
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
study = "/study"
version, program = sys.argv[1:3]
machine = ["--batch_size", "4", "--epochs", "1"]


def run(*words):
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run([program, *words], cwd=study, check=True, env=environment, stdin=subprocess.DEVNULL)


def read(path):
    with open(f"{study}/{path}") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def write(path, rows):
    os.makedirs(os.path.dirname(f"{study}/{path}"), exist_ok=True)
    with open(f"{study}/{path}", "w") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def labels(train, validation, test):
    """One table for each label, as versions up to 1.1 read them."""
    for label in ("AD", "CN"):
        of = lambda rows: [row for row in rows if row["diagnosis"] == label]
        write(f"labels/{label}.tsv", of(train) + of(validation))
        for name in (f"{label}.tsv", f"{label}_baseline.tsv"):
            write(f"labels/train/{name}", of(train))
            write(f"labels/validation/{name}", of(validation))
            write(f"labels/test/{name}", of(test))


def voxels(participant):
    """100 × 50 × 50, first axis slowest: two patches."""
    bright = 1.5 if participant % 2 == 0 else 0.0
    return [
        math.sin(1 + v * (participant + 2) % 977) + (bright if v % 50 < 20 else 0.0) for v in range(100 * 50 * 50)
    ]


def maps_of_1():
    shutil.copytree(f"{here}/../study", study, dirs_exist_ok=True)
    fold = "tsv/split/2_fold/split-0"
    tables = [f"{fold}/train_baseline.tsv", f"{fold}/validation_baseline.tsv", "tsv/split/test_baseline.tsv"]
    labels(*(read(path) for path in tables))
    old = version < "1.2"
    run("extract" if old else "prepare-data", "image", "caps", "t1-linear", "--extract_json", "image")
    maps = f"maps_{version}"
    more = ["--architecture", "Conv4_FC3", "--no-gpu", "--n_proc", "0", "--seed", "0", "-sm", "loss"]
    splits = [] if old else ["--n_splits", "2", "--split", "0"]
    run("train", "classification", "caps", "image.json", "labels" if old else "tsv/split/2_fold", maps, *more, *machine, *splits)
    test = ["--caps_directory", "caps", "--participants_tsv", "labels/test" if old else "tsv/split/test_baseline.tsv"]
    run("predict", maps, "test", *test, "--no-gpu", "--n_proc", "0", "--batch_size", "4", "-sm", "loss")
    keep(maps)


def folder_of_0():
    import nibabel
    import numpy
    import torch

    pattern = "T1w_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w"
    rows = []
    for i in range(8):
        participant = f"sub-P{i:02d}"
        data = numpy.array(voxels(i), dtype="float32").reshape(100, 50, 50)
        session = f"caps/subjects/{participant}/ses-M00"
        for folder in (f"{session}/t1_linear", f"{session}/deeplearning_prepare_data/image_based/t1_linear"):
            os.makedirs(f"{study}/{folder}", exist_ok=True)
        nibabel.save(nibabel.Nifti1Image(data, numpy.eye(4)), f"{study}/{session}/t1_linear/{participant}_ses-M00_{pattern}.nii.gz")
        # as extract-tensor writes it
        tensor = torch.from_numpy(data).unsqueeze(0).float()
        torch.save(tensor, f"{study}/{session}/deeplearning_prepare_data/image_based/t1_linear/{participant}_ses-M00_{pattern}.pt")
        rows.append({"participant_id": participant, "session_id": "ses-M00", "diagnosis": ["AD", "CN"][i % 2], "age": 60 + i, "sex": "FM"[i // 2 % 2]})
    labels(rows[:4], rows[4:6], rows[6:])
    old = ["caps", "t1-linear", "labels"]
    here_only = ["-cpu", "-np", "0"]
    run("train", "patch", "cnn", *old, "results_0.2.2", "Conv4_FC3", *here_only, *machine, "-lr", "0.001", "--split", "0")
    run("classify", "caps", "labels/test", "results_0.2.2", "test", *here_only, "--selection_metrics", "loss", "balanced_accuracy", "--batch_size", "4")
    run("train", "patch", "autoencoder", *old, "autoencoder_0.2.2", "Conv4_FC3", *here_only, *machine, "--split", "0")
    keep("results_0.2.2")


def keep(folder):
    target = f"{here}/{folder}"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(f"{study}/{folder}", target, ignore=shutil.ignore_patterns("tensorboard*", "information.log", "environment.txt"))


folder_of_0() if version.startswith("0.") else maps_of_1()
