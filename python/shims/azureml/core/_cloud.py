"""What only Azure's cloud has."""

from azureml.exceptions import UserErrorException


class NeedsCloud(UserErrorException, AttributeError):
    """Also an `AttributeError`: to `hasattr` it is not there."""


def needs_cloud(what: str, instead: str) -> NeedsCloud:
    return NeedsCloud(f"{what} needs an Azure Machine Learning workspace, and this job runs without one. {instead}")


class CloudOnly(type):
    """Of a class whose other methods are the cloud's."""

    def __getattr__(cls, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        raise needs_cloud(f"{cls.__name__}.{name}", cls._instead)
