"""Writes the public names of SDK v1's Python packages, with parameters and defaults, as JSON: facts that a test holds the TypeScript classes against.

    python3.9 -m venv venv && venv/bin/pip install azureml-pipeline-steps azureml-train-core 'setuptools<80'
    venv/bin/python signatures-v1.py > test/unit/authoring/signatures-v1.json
    npx biome format --write test/unit/authoring/signatures-v1.json
"""
import importlib
import inspect
import json
import re
import sys
import warnings

warnings.filterwarnings("ignore")

WHOLE = [
    "azureml.pipeline.core",
    "azureml.pipeline.core.graph",
    "azureml.pipeline.core.pipeline_output_dataset",
    "azureml.pipeline.steps",
]
# Of azureml-core and azureml-train-core: what pipelines are made of.
PARTS = {
    "azureml.core": ["Workspace", "Experiment", "Datastore", "Dataset", "Environment", "ScriptRunConfig", "RunConfiguration"],
    "azureml.core.runconfig": ["DockerConfiguration", "MpiConfiguration", "PyTorchConfiguration", "TensorflowConfiguration"],
    "azureml.core.conda_dependencies": ["CondaDependencies"],
    "azureml.core.compute": ["AmlCompute"],
    "azureml.data": ["FileDataset", "TabularDataset", "OutputFileDatasetConfig", "DataType"],
    "azureml.data.output_dataset_config": ["OutputTabularDatasetConfig"],
    "azureml.data.dataset_factory": ["FileDatasetFactory", "TabularDatasetFactory"],
    "azureml.data.dataset_consumption_config": ["DatasetConsumptionConfig"],
    "azureml.data.data_reference": ["DataReference"],
    "azureml.data.azure_storage_datastore": ["AzureBlobDatastore"],
    "azureml.train.estimator": ["Estimator", "Mpi", "Gloo", "Nccl", "ParameterServer"],
    "azureml.train.dnn": ["PyTorch", "TensorFlow", "Chainer"],
    "azureml.train.sklearn": ["SKLearn"],
}

# Two classes have this name.
RENAMED = {("azureml.pipeline.core.graph", "DataType"): "GraphDataType"}


def parameters(function):
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return []
    named = [each for each in signature.parameters.values() if each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)]
    public = [each for each in named if each.name not in ("self", "cls") and not each.name.startswith("_")]
    return [each.name if each.default is each.empty else f"{each.name}={default(each.default)}" for each in public]


def default(value):
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))


def described(cls):
    members = {}
    for name in sorted(dir(cls)):
        # Constants in capitals are of the packages' own making.
        if name.startswith("_") or name.isupper():
            continue
        value = inspect.getattr_static(cls, name)
        if isinstance(value, property):
            members[name] = "settable" if value.fset else "readable"
        elif isinstance(value, (staticmethod, classmethod)) or callable(value):
            members[name] = parameters(getattr(cls, name))
    return {"module": cls.__module__, "parameters": parameters(cls.__init__), "members": members}


def public_names(module):
    listed = getattr(module, "__all__", None)
    return listed or [name for name, value in vars(module).items() if inspect.isclass(value) and value.__module__ == module.__name__]


def main():
    found = {}
    for module, names in [(name, None) for name in WHOLE] + list(PARTS.items()):
        loaded = importlib.import_module(module)
        for name in names or public_names(loaded):
            cls = getattr(loaded, name)
            if inspect.isclass(cls) and not name.startswith("_"):
                found.setdefault(RENAMED.get((module, name), name), described(cls))
    json.dump(found, sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")


main()
