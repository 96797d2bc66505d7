"""The entry script of the parallel step: reads the digit in each image."""

import argparse
import os

import joblib
from pgm import read_pgm


def init():
    global model
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    arguments = parser.parse_args()
    model = joblib.load(os.path.join(arguments.model, "model.joblib"))


def run(mini_batch):
    images = [read_pgm(path).reshape(-1) / 16 for path in mini_batch]
    digits = model.predict(images)
    return [f"{os.path.basename(path)},{digit}" for path, digit in zip(mini_batch, digits)]
