import argparse
import os
from pathlib import Path

from PIL import Image, ImageOps, ImageStat


def init():
    """Called once in each worker process: load here what is expensive to load, such as a model."""
    global arguments
    parser = argparse.ArgumentParser()
    parser.add_argument("--thumbnails", type=Path, required=True)
    parser.add_argument("--size", type=int, required=True)
    arguments, _ = parser.parse_known_args()


def run(mini_batch):
    """Called for each mini-batch, with the paths of its images. Returns a row for each image that was done."""
    rows = []
    for path in map(Path, mini_batch):
        try:
            rows.append(describe(path))
        except OSError as error:  # Pillow's errors too. Images without a row count towards error_threshold.
            print(f"{path.name}: {error}")
    return rows


def describe(path):
    with Image.open(path) as file:
        image = ImageOps.exif_transpose(file).convert("RGB")
    red, green, blue = ImageStat.Stat(image).mean
    # A model's prediction would stand here.
    row = {"name": path.name, "width": image.width, "height": image.height}
    row.update(red=round(red), green=round(green), blue=round(blue), is_dark=red + green + blue < 3 * 96)
    image.thumbnail((arguments.size, arguments.size))
    save(image, arguments.thumbnails / f"{path.stem}.jpg")
    return row


def save(image, path):
    """A mini-batch may be tried more than once, or be ended at any moment: a file has its name when it is whole."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    image.save(draft, "JPEG")
    draft.replace(path)
