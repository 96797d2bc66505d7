"""Tables: a slice of a file becomes a pandas DataFrame whose column types were decided once, for the whole input.

One file per format (`delimited`, `json_lines`, `parquet`) that reads a slice, one per kind of transformation, and
`reader.TableReader` that puts them together.
"""
