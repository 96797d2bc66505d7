"""Compares the predictions with the truth."""

import argparse
import csv
import os
from collections import Counter

parser = argparse.ArgumentParser()
parser.add_argument("--truth", required=True)
parser.add_argument("--predictions", required=True)
parser.add_argument("--report", required=True)
arguments = parser.parse_args()

with open(os.path.join(arguments.truth, "digits.csv"), newline="") as file:
    truth = dict(csv.reader(file))
with open(arguments.predictions, newline="") as file:
    predictions = dict(csv.reader(file))
if predictions.keys() != truth.keys():
    raise SystemExit(f"{len(truth)} images were to be scored, {len(predictions)} were")

wrong = Counter((truth[name], digit) for name, digit in predictions.items() if truth[name] != digit)
right = len(truth) - sum(wrong.values())
lines = [f"{right} of {len(truth)} digits read correctly ({right / len(truth):.1%})"]
lines += [f"{count} x a {is_digit} was taken for a {read_as}" for (is_digit, read_as), count in wrong.most_common(5)]
with open(arguments.report, "w") as file:
    file.write("\n".join(lines) + "\n")
print("\n".join(lines))
