#!/bin/sh
# A Python without installed packages.
exec python3 -S "$@"
