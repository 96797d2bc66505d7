"""The exceptions that scripts catch, under the names of Azure's package."""

__all__ = ["AzureMLException", "ModelNotFoundException", "RunEnvironmentException", "UserErrorException"]


class AzureMLException(Exception):
    @property
    def message(self) -> str:
        return str(self)


class UserErrorException(AzureMLException):
    pass


class RunEnvironmentException(AzureMLException):
    """There is no run."""


class ModelNotFoundException(AzureMLException):
    pass
