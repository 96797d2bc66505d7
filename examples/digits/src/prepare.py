"""Writes scikit-learn's 1,797 handwritten digits (8 x 8 pixels) as image files: one half to learn from, one half to score."""

import argparse
import csv
import os

from pgm import write_pgm
from sklearn.datasets import load_digits

parser = argparse.ArgumentParser()
parser.add_argument("--training", required=True)
parser.add_argument("--images", required=True)
parser.add_argument("--truth", required=True)
arguments = parser.parse_args()

digits = load_digits()
half = len(digits.images) // 2
for folder in (arguments.training, arguments.images, arguments.truth):
    os.makedirs(folder, exist_ok=True)

with open(os.path.join(arguments.truth, "digits.csv"), "w", newline="") as truth:
    table = csv.writer(truth)
    for number, (image, digit) in enumerate(zip(digits.images, digits.target)):
        # 16 shades of grey, spread over the range of a byte.
        pixels = image * 255 / 16
        if number < half:
            write_pgm(os.path.join(arguments.training, f"{number:04d}-is-{digit}.pgm"), pixels)
        else:
            name = f"{number:04d}.pgm"
            write_pgm(os.path.join(arguments.images, name), pixels)
            table.writerow([name, digit])

print(f"{half} images to learn from, {len(digits.images) - half} to score")
