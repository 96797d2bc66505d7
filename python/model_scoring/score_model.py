"""The entry script of a `model` task: scores mini-batches with a model, without a script of the user's.

A table's mini-batch gives one prediction for each row. Of files, a table file (.csv, .tsv, .parquet, .json, .jsonl) gives
one line for each row: row, prediction, file name; any other known file (.npy, images) one line: prediction, file name.
"""

import argparse
import os

_model = None


def init():
    global _model
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    arguments, _ = parser.parse_known_args()
    _model = load_model(arguments.model)


def run(mini_batch):
    if isinstance(mini_batch, list):
        return [line for path in mini_batch for line in score_file(path)]
    return predictions(mini_batch)


def score_file(path):
    name = os.path.basename(path)
    data, is_table = read_file(path)
    values = predictions(data)
    if is_table:
        return [f"{row} {text(value)} {name}" for row, value in enumerate(values)]
    return [f"{text(values[0] if len(values) == 1 else values)} {name}"]


def predictions(data):
    """One value (or list of values) for each row, as plain Python."""
    result = _model(data)
    if hasattr(result, "to_numpy"):
        result = result.to_numpy()
    rows = result.tolist() if hasattr(result, "tolist") else list(result)
    return [row[0] if isinstance(row, list) and len(row) == 1 else row for row in rows]


def text(value):
    return ",".join(map(text, value)) if isinstance(value, list) else str(value)


def read_file(path):
    """The file as something a model takes, and whether it is a table."""
    kind = os.path.splitext(path)[1].lower()
    if kind == ".npy":
        import numpy

        return numpy.load(path), False
    if kind in (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff"):
        import numpy
        from PIL import Image

        return numpy.asarray(Image.open(path))[None], False
    import pandas

    if kind in (".csv", ".tsv"):
        return pandas.read_csv(path, sep="\t" if kind == ".tsv" else ","), True
    if kind == ".parquet":
        return pandas.read_parquet(path), True
    if kind in (".json", ".jsonl"):
        return pandas.read_json(path, lines=kind == ".jsonl"), True
    raise ValueError(
        f"{path} can not be given to a model: files must be .csv, .tsv, .parquet, .json, .jsonl, .npy or images. "
        "Score other files with an entry script of your own (task type run_function)."
    )


def load_model(path):
    """A function from data to predictions."""
    if os.path.isdir(path):
        folder = find_mlmodel(path)
        if folder is not None:
            return load_mlflow(folder)
        files = [os.path.join(path, name) for name in sorted(os.listdir(path)) if kind_of(name) is not None]
        if len(files) == 1:
            return load_file(files[0])
        raise ValueError(
            f"The model {path} is a folder without an MLmodel file, and not with one model file but {len(files)} "
            f"({', '.join(loaders)} are known)."
        )
    return load_file(path)


def find_mlmodel(path):
    """MLflow lays a model into a folder; what was downloaded may have that folder inside."""
    if os.path.isfile(os.path.join(path, "MLmodel")):
        return path
    inside = [os.path.join(path, name) for name in sorted(os.listdir(path))]
    found = [folder for folder in inside if os.path.isfile(os.path.join(folder, "MLmodel"))]
    return found[0] if len(found) == 1 else None


def kind_of(name):
    kind = os.path.splitext(name)[1].lower()
    return kind if kind in loaders else None


def load_file(path):
    kind = kind_of(path)
    if kind is None:
        raise ValueError(f"The model {path} is of no known kind; known are MLflow folders and {', '.join(loaders)}.")
    return loaders[kind](path)


def load_pickle(path):
    import pickle

    with open(path, "rb") as file:
        try:
            return predicting(pickle.load(file), path)
        except pickle.UnpicklingError:
            # joblib's own format, which many programs write under .pkl.
            return load_joblib(path)


def load_joblib(path):
    import joblib

    return predicting(joblib.load(path), path)


def load_onnx(path):
    import onnxruntime

    session = onnxruntime.InferenceSession(path)
    inputs = session.get_inputs()

    def predict(data):
        import numpy

        types = {"tensor(float)": "float32", "tensor(double)": "float64", "tensor(int64)": "int64", "tensor(int32)": "int32"}
        if len(inputs) == 1:
            values = numpy.asarray(data).astype(types.get(inputs[0].type, "float32"))
            return session.run(None, {inputs[0].name: values})[0]
        columns = {each.name: data[[each.name]].to_numpy().astype(types.get(each.type, object)) for each in inputs}
        return session.run(None, columns)[0]

    return predict


def load_xgboost(path):
    import xgboost

    booster = xgboost.Booster(model_file=path)
    return lambda data: booster.predict(xgboost.DMatrix(data))


def load_lightgbm(path):
    import lightgbm

    return lightgbm.Booster(model_file=path).predict


loaders = {".pkl": load_pickle, ".pickle": load_pickle, ".joblib": load_joblib, ".onnx": load_onnx}


def predicting(model, path):
    if callable(getattr(model, "predict", None)):
        return model.predict
    raise TypeError(f"The model {path} holds a {type(model).__name__}, which has no predict().")


def load_mlflow(folder):
    try:
        import mlflow.pyfunc
    except ModuleNotFoundError as error:
        if error.name not in ("mlflow", "mlflow.pyfunc"):
            raise
        return load_flavor(folder, error)
    return mlflow.pyfunc.load_model(folder).predict


def load_flavor(folder, no_mlflow):
    """Models of common libraries are loaded without MLflow, by what their MLmodel file says."""
    flavors = read_flavors(os.path.join(folder, "MLmodel"))
    sklearn = flavors.get("sklearn", {})
    if "pickled_model" in sklearn:
        return load_pickle(os.path.join(folder, sklearn["pickled_model"]))
    if "data" in flavors.get("onnx", {}):
        return load_onnx(os.path.join(folder, flavors["onnx"]["data"]))
    if "data" in flavors.get("xgboost", {}):
        return load_xgboost(os.path.join(folder, flavors["xgboost"]["data"]))
    if "data" in flavors.get("lightgbm", {}) and not flavors["lightgbm"]["data"].endswith(".pkl"):
        return load_lightgbm(os.path.join(folder, flavors["lightgbm"]["data"]))
    raise no_mlflow


def read_flavors(path):
    """The plain keys of each flavor: MLmodel is YAML that MLflow always writes in the same simple form."""
    flavors = {}
    keys = None
    inside = False
    with open(path, encoding="utf-8") as file:
        for line in file:
            indent = len(line) - len(line.lstrip(" "))
            key, _, value = line.strip().partition(":")
            if indent == 0:
                inside = key == "flavors"
            elif inside and indent == 2 and value == "":
                keys = flavors.setdefault(key, {})
            elif inside and indent == 4 and keys is not None:
                keys[key] = value.strip().strip("'\"")
    return flavors
