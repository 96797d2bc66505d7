"""Parallel and command work: a component that is called for a step of a pipeline, or a job that stands alone."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any, ClassVar, Dict, Optional, Tuple, TypeVar

from .definition import Definition
from .document import Document, Scope, is_bound, local_path, near, snapshot, written
from .environment import environment_document
from .job import Job
from .port_maps import Ports, given_inputs, inputs_document
from .settings import JobResourceConfiguration
from .wiring import StepOutput

S = TypeVar("S", bound="Step")


class Step(Job):
    """Work of one kind. Call it with its inputs: inside a pipeline function for a step of that pipeline, elsewhere for a job that stands alone.

    Settings of a step are changed by assignment: `step.compute = "gpu"`, `step.resources.instance_count = 2`.
    """

    resources: JobResourceConfiguration
    environment_variables: Dict[str, Any]
    identity: Optional[Any]

    #: The keys of YAML that say what work it is, apart from inputs and outputs.
    _settings: ClassVar[Tuple[str, ...]] = ()
    _paths: ClassVar[Tuple[str, ...]] = ()

    def _define(self, definition: Definition) -> None:
        self._definition = definition
        self._inputs = given_inputs(definition.inputs)
        self._outputs = Ports("output", {key: StepOutput(key, self, port) for key, port in definition.outputs.items()})
        #: What its component says by itself, where that is not written out here.
        self._elsewhere = self._says(None) if definition.reference is not None else {}

    def __call__(self: S, *args: Any, **inputs: Any) -> S:
        if args:
            names = ", ".join(f"{name}=…" for name in self._definition.inputs)
            raise TypeError(f"{self._label()}() takes keyword arguments only: {self._label()}({names}).")
        called = copy.copy(self)
        for key in (*self._settings, "tags", "properties", "identity"):
            setattr(called, key, snapshot(getattr(self, key)))
        called._inputs = given_inputs(self._definition.inputs)
        called._outputs = Ports("output", {key: StepOutput(key, called, port) for key, port in self._definition.outputs.items()})
        # What the component says of itself is not said by each step that is made from it.
        if self._definition.reference is None:
            called._definition = dataclasses.replace(self._definition, described=self._described_component())
            called.display_name, called.description, called.tags = None, None, {}
        called.name = None
        for given, default in zip(called._inputs.values(), self._inputs.values()):
            given._set(default)
        for name, value in inputs.items():
            if name not in called._inputs:
                raise TypeError(f"{self._label()}() got an unexpected keyword argument {name!r}.{near(name, called._inputs)}")
            if value is not None:
                called._inputs[name] = value
        for key, output in self._outputs.items():
            called._outputs[key].update(output.items())
        from .pipeline_job import current_pipeline

        pipeline = current_pipeline()
        if pipeline is not None:
            pipeline._add(called)
        return called

    def _label(self) -> str:
        return self._definition.name or self.type

    def _settings_document(self, scope: Scope) -> Document:
        values = {key: getattr(self, key) for key in self._settings}
        document: Document = {
            key: local_path(value) if key in self._paths else written(value, scope) for key, value in values.items() if value is not None
        }
        if "environment" in document:
            document["environment"] = environment_document(values["environment"], scope)
        return {key: value for key, value in document.items() if value != {}}

    def _says(self, scope: Scope) -> Document:
        identity = {} if self.identity is None else {"identity": written(self.identity, scope)}
        return {**self._described(named=False), **identity, **self._settings_document(scope)}

    def _changes(self, scope: Scope) -> Document:
        """What it says differently from the component that is written elsewhere."""
        return {key: value for key, value in self._says(scope).items() if value != self._elsewhere.get(key)}

    def _described_component(self) -> Document:
        said = {"display_name": self.display_name, "description": self.description, "tags": self.tags or None}
        return {**self._definition.described, **{key: value for key, value in said.items() if value is not None}}

    def _component_document(self) -> Document:
        """The component as it stands in a file of its own."""
        definition = dataclasses.replace(self._definition, described=self._described_component())
        return {"type": self.type, **definition.document(), **self._settings_document(None)}

    def _step_document(self, scope: Scope) -> Document:
        """What stands under the step's name in a pipeline."""
        says = self._changes(scope)
        if self._definition.reference is not None:
            component: Any = self._definition.reference
        else:
            work = {key: value for key, value in says.items() if key in self._settings and not is_bound(value)}
            says = {key: value for key, value in says.items() if key not in work}
            component = {"type": self.type, **self._definition.document(), **work}
        ports = {
            "inputs": inputs_document(self._inputs, scope),
            "outputs": {key: self._output_document(output, scope) for key, output in self._outputs.items()},
        }
        return {"type": self.type, "component": component, **says, **{key: value for key, value in ports.items() if value}}

    def _output_document(self, output: StepOutput, scope: Scope) -> Any:
        name = None if scope is None else scope._returned_as(output)
        return output._place() if name is None else "${{parent.outputs." + name + "}}"

    def _job_document(self) -> Document:
        definition = self._definition
        says = {**definition.described, **self._changes(None)}
        # A job of its own can say what its inputs are given, and not what may be left out or is allowed.
        if definition.reference is not None:
            says["component"] = definition.reference
        elif not definition.is_plain or len(inputs_document(self._inputs, None)) < len(self._inputs):
            work = self._settings_document(None)
            component = {"type": self.type, **definition.document(), **work}
            says = {**{key: value for key, value in says.items() if key not in work}, "component": component}
        # The builder's name names the component; a job gets one of its own.
        name = {} if self.name in (None, definition.name) else {"name": self.name}
        shown = {} if definition.name is None else {"display_name": definition.name}
        return {"type": self.type, **name, **shown, **says, **self._ports_document()}

    def set_resources(self, **resources: Any) -> None:
        """Sets some of the resources and leaves the others: `step.set_resources(instance_count=2)`."""
        self.resources.update(resources)
