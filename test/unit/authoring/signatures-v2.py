"""Writes signatures-v2.json: names, parameters and defaults of the public signatures of azure-ai-ml that the SDK v2 here stands beside.

    pip install azure-ai-ml
    python signatures-v2.py > signatures-v2.json
"""
import inspect
import json
from importlib.metadata import version

from azure.ai.ml import Input, MLClient, MpiDistribution, Output, PyTorchDistribution, RayDistribution, TensorFlowDistribution
from azure.ai.ml import command, dsl, load_component, load_job
from azure.ai.ml import entities, operations
from azure.ai.ml.parallel import RunFunction, parallel_run_function
from azure.ai.ml.entities._builders import Command, Parallel
from azure.ai.ml.entities._job.parallel.parallel_task import ParallelTask

CALLED = [Input, Output, MpiDistribution, PyTorchDistribution, RayDistribution, TensorFlowDistribution, command, load_component, load_job]
CALLED += [RunFunction, ParallelTask, parallel_run_function, MLClient]
ENTITIES = "Environment BuildContext Data Model BatchRetrySettings ManagedIdentityConfiguration UserIdentityConfiguration"
ENTITIES += " AmlTokenConfiguration PipelineJobSettings JobService"
METHODS = [(Parallel, "set_resources dump"), (Command, "set_resources set_limits set_queue_settings sweep dump")]
METHODS += [(MLClient, "from_config create_or_update begin_create_or_update"), (ParallelTask, "get has_key items keys values update")]
OPERATIONS = "JobOperations ComponentOperations DataOperations ModelOperations EnvironmentOperations DatastoreOperations"
ATTRIBUTES = [(Parallel, Parallel), (Command, Command), (entities.PipelineJob, entities.PipelineJob)]
SKIPPED = {"self", "kwargs", "args"}
OF_DICT = set(dir(dict))


def parameters(callee):
    try:
        found = inspect.signature(callee).parameters.values()
    except ValueError:
        return {}
    return {p.name: None if p.default is p.empty else plain(p.default) for p in found if p.name not in SKIPPED and p.kind != p.VAR_KEYWORD}


def plain(value):
    return value if isinstance(value, (str, int, float, bool)) else str(getattr(value, "value", value))


result = {callee.__name__: parameters(callee) for callee in CALLED}
result["pipeline"] = parameters(dsl.pipeline)
result.update({name: parameters(getattr(entities, name)) for name in ENTITIES.split()})
for owner, names in METHODS:
    result.update({f"{owner.__name__}.{name}": parameters(getattr(owner, name)) for name in names.split()})
for name in OPERATIONS.split():
    owner = getattr(operations, name)
    result.update({f"{name}.{key}": parameters(member) for key, member in inspect.getmembers(owner, callable) if not key.startswith("_")})
for owner, _ in ATTRIBUTES:
    names = [key for key, member in inspect.getmembers(owner) if not key.startswith("_") and not callable(member)]
    result[f"{owner.__name__} attributes"] = {key: None for key in names if key not in OF_DICT}
print(json.dumps({"azure-ai-ml": version("azure-ai-ml"), "signatures": result}, indent=2, default=str))
