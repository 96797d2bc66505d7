"""Learns to read digits from the training images."""

import argparse
import glob
import os
import re

import joblib
from pgm import read_pgm
from sklearn.svm import SVC

parser = argparse.ArgumentParser()
parser.add_argument("--training", required=True)
parser.add_argument("--model", required=True)
arguments = parser.parse_args()

paths = sorted(glob.glob(os.path.join(arguments.training, "*.pgm")))
images = [read_pgm(path).reshape(-1) / 16 for path in paths]
digits = [int(re.search(r"-is-(\d)\.pgm$", path).group(1)) for path in paths]

os.makedirs(arguments.model, exist_ok=True)
joblib.dump(SVC(gamma=0.001).fit(images, digits), os.path.join(arguments.model, "model.joblib"))
print(f"learned from {len(images)} images")
