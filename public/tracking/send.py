"""Hands the trainings of this MAPS to the mlflow or wandb of this computer. Nothing was sent while they ran.

    python send.txt mlflow [--uri sqlite:///mlflow.db]
    python send.txt wandb [--project ClinicaDL] [--entity NAME]

Reads the split-*.jsonl files beside it: the first line holds the name and the parameters of a run, each further line
the metrics after an epoch, numbered from 0.
"""
import argparse
import json
from pathlib import Path


def runs():
    for path in sorted(Path(__file__).resolve().parent.glob("split-*.jsonl")):
        head, *epochs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        yield head, epochs


def send_to_mlflow(uri):
    import mlflow

    if uri is not None:
        mlflow.set_tracking_uri(uri)
    for head, epochs in runs():
        mlflow.set_experiment(head["experiment"])
        with mlflow.start_run(run_name=head["run"]):
            mlflow.log_params(head["parameters"])
            for epoch in epochs:
                mlflow.log_metrics(epoch["metrics"], step=epoch["epoch"])


def send_to_wandb(project, entity):
    import wandb

    for head, epochs in runs():
        run = wandb.init(
            project=project, entity=entity, group=head["group"], name=head["run"], config=head["parameters"]
        )
        for epoch in epochs:
            run.log(epoch["metrics"], step=epoch["epoch"])
        run.finish()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    trackers = parser.add_subparsers(dest="tracker", required=True)
    mlflow_options = trackers.add_parser("mlflow")
    mlflow_options.add_argument("--uri", help="of the tracking server or database; not given: mlflow's own default")
    wandb_options = trackers.add_parser("wandb")
    wandb_options.add_argument("--project", default="ClinicaDL")
    wandb_options.add_argument("--entity", help="not given: that of the person who is logged in")
    given = parser.parse_args()
    if given.tracker == "mlflow":
        send_to_mlflow(given.uri)
    else:
        send_to_wandb(given.project, given.entity)
