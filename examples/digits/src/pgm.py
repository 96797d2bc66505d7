"""Greyscale images as PGM files: a header in text, then one byte for each pixel. Nothing needs to be installed for that."""

import numpy


def write_pgm(path, pixels):
    height, width = pixels.shape
    with open(path, "wb") as file:
        file.write(b"P5 %d %d 255\n" % (width, height))
        file.write(pixels.astype(numpy.uint8).tobytes())


def read_pgm(path):
    with open(path, "rb") as file:
        kind, width, height, brightest = file.readline().split()
        if kind != b"P5" or brightest != b"255":
            raise ValueError(f"{path} is not a PGM file with one byte for each pixel")
        return numpy.frombuffer(file.read(), numpy.uint8).reshape(int(height), int(width))
