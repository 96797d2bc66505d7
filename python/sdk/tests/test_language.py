"""What programs write becomes the document that YAML users write. Nothing is started."""

import os
import unittest
from pathlib import Path

from parallelrun import (
    Input,
    Output,
    ParallelTask,
    RetrySettings,
    RunFunction,
    command,
    load_component,
    load_job,
    pipeline,
)
from parallelrun._language.yaml_text import to_yaml
from parallelrun.constants import AssetTypes, InputOutputModes
from parallelrun.exceptions import ValidationException

from support import InFolder, score

try:
    import yaml
except ImportError:
    yaml = None  # type: ignore[assignment]

count = command(
    name="count_lines",
    inputs=dict(file=Input(type="uri_file"), at_least=1),
    outputs=dict(report=Output()),
    command="wc -l < ${{inputs.file}} > ${{outputs.report}}/lines.txt",
)


class Yaml(unittest.TestCase):
    ODD = [
        "",
        "yes",
        "No",
        "~",
        "null",
        "1",
        "1e3",
        "0x1f",
        "1_000",
        ".5",
        ".nan",
        "12:30",
        "2026-01-01",
        "- a",
        "a: b",
        "a:",
        "#a",
        "a #b",
        " a",
        "a ",
        "<<",
        "=",
        "?",
        "!x",
        "&x",
        "*x",
        "%x",
        "@x",
        "`x",
        "[x",
        "{x",
        "'x",
        '"x',
        "x\\y",
        "a\nb",
        "a\n",
        "\t",
        "é",
        "\u2028",
        "\x7f",
        "😀",
        "${{inputs.x}}",
        "./a b",
        "../x",
    ]

    def test_plain_words_stand_plain_and_everything_else_is_quoted(self) -> None:
        text = to_yaml(
            {"type": "parallel", "code": "./src", "size": "10", "empty": {}, "list": [], "nested": {"a": [{"b": 1, "c": True}, "x"]}}
        )
        self.assertEqual(
            text, 'type: parallel\ncode: ./src\nsize: "10"\nempty: {}\nlist: []\nnested:\n  a:\n  - b: 1\n    c: true\n  - x\n'
        )

    @unittest.skipIf(yaml is None, "PyYAML is not installed")
    def test_every_text_is_read_back_as_it_was(self) -> None:
        document = {"values": self.ODD, "keys": {text: {"x": [text, {text: 1}]} for text in self.ODD}, "numbers": [1, 1.5, -3, True, False]}
        self.assertEqual(yaml.safe_load(to_yaml(document)), document)


class Components(InFolder):
    def test_a_component_alone_is_the_job_that_a_person_would_write(self) -> None:
        job = score(retry_settings=dict(max_retries=1, timeout=5), instance_count=2, environment_variables={"A": 1})
        self.assertEqual(
            job._job_document(),
            {
                "type": "parallel",
                "display_name": "score_texts",
                "input_data": "${{inputs.texts}}",
                "mini_batch_size": "2",
                "retry_settings": {"timeout": 5, "max_retries": 1},
                "max_concurrency_per_instance": 1,
                "environment_variables": {"A": 1},
                "resources": {"instance_count": 2},
                "task": {
                    "type": "run_function",
                    "code": str(self.folder / "src"),
                    "entry_script": "score.py",
                    "append_row_to": "${{outputs.scores}}",
                },
                "inputs": {"texts": {"type": "uri_folder", "path": str(self.folder / "in")}},
                "outputs": {"scores": {"type": "uri_file"}},
            },
        )

    def test_a_call_gives_inputs_and_leaves_the_component_as_it_was(self) -> None:
        component = score()
        component.inputs.texts.mode = InputOutputModes.DOWNLOAD
        self.assertEqual(component()._job_document()["inputs"]["texts"]["mode"], "download")
        job = component(texts="azureml:letters:1")
        job.resources.instance_count = 3
        job.task.entry_script = "other.py"
        job.outputs.scores.path = Path("out") / "scores.txt"
        job.inputs.texts.mode = InputOutputModes.DIRECT
        document = job._job_document()
        self.assertEqual(document["inputs"], {"texts": {"type": "uri_folder", "path": "azureml:letters:1", "mode": "direct"}})
        self.assertEqual(document["outputs"], {"scores": {"type": "uri_file", "path": str(self.folder / "out/scores.txt")}})
        self.assertEqual((document["resources"], document["task"]["entry_script"]), ({"instance_count": 3}, "other.py"))
        self.assertEqual(
            (component.task.entry_script, component.resources.instance_count, component.inputs.texts.path), ("score.py", None, "./in")
        )

    def test_what_may_be_left_out_is_said_by_a_component(self) -> None:
        document = score(inputs=dict(texts=Input(path="in"), rate=Input(type="number", optional=True), n=3))._job_document()
        self.assertEqual(
            document["component"]["inputs"],
            {"texts": {"type": "uri_folder"}, "rate": {"type": "number", "optional": True}, "n": {"type": "integer", "default": 3}},
        )
        self.assertEqual(document["inputs"]["n"], 3)
        self.assertNotIn("rate", document["inputs"])

    def test_local_paths_are_told_from_names_and_uris(self) -> None:
        for path in ("out: 1/s.txt", "data:x", "azureml:./in", "file:./in", "azureml:../in", "/a b/#"):
            self.assertTrue(score()(texts=path)._job_document()["inputs"]["texts"]["path"].startswith("/"), path)
        for name in (
            "azureml:letters:1",
            "azureml:letters@latest",
            "azureml://datastores/x/paths/y",
            "https://x/y",
            "runs:/job/x",
            "${{parent.inputs.x}}",
        ):
            self.assertEqual(score()(texts=name)._job_document()["inputs"]["texts"]["path"], name)

    def test_slips_of_the_pen_raise_at_once(self) -> None:
        job = score()(texts="in")
        with self.assertRaisesRegex(TypeError, "mini_batch_sise"):
            score(mini_batch_sise="2")
        with self.assertRaisesRegex(TypeError, "entryscript"):
            RunFunction(entryscript="score.py")  # type: ignore[call-arg]
        with self.assertRaisesRegex(TypeError, "max_retry"):
            score(retry_settings=dict(max_retry=2))
        with self.assertRaisesRegex(TypeError, r"score_texts\(\) got an unexpected keyword argument 'text'. Did you mean 'texts'"):
            score()(text="in")
        with self.assertRaisesRegex(TypeError, r"keyword arguments only: score_texts\(texts=…\)"):
            score()("in")
        with self.assertRaisesRegex(AttributeError, "Did you mean 'mini_batch_size'"):
            job.mini_batch_sise = 3
        with self.assertRaisesRegex(AttributeError, "No output is called 'score'. Did you mean 'scores'"):
            job.outputs.score
        with self.assertRaises(KeyError):
            job.inputs["text"] = "in"
        with self.assertRaisesRegex(TypeError, "cannot stand in a job"):
            score(environment_variables={"A": object()})._job_document()

    def test_a_task_is_also_a_mapping(self) -> None:
        task = RunFunction(code="src", entry_script="a.py")
        task.update({"entry_script": "b.py"})
        task["program_arguments"] = "--x 1"
        self.assertEqual(
            (task.get("entry_script"), task.has_key("model"), task.keys()),
            ("b.py", False, ["type", "code", "entry_script", "program_arguments"]),
        )
        self.assertEqual(
            ParallelTask(type="run_function", code="src", entry_script="b.py", program_arguments="--x 1").items(), task.items()
        )
        self.assertEqual(RetrySettings(max_retries=1), RetrySettings(max_retries=1))


class Pipelines(InFolder):
    def test_steps_are_wired_and_named_as_azure_names_them(self) -> None:
        component = score()

        @pipeline(display_name="nightly", default_compute="cpu-cluster")
        def nightly(texts, at_least=2, nothing=None):  # type: ignore[no-untyped-def]
            self.assertIsNone(nothing)
            first = component(texts=texts)
            first.outputs.scores.path = "azureml://datastores/${{default_datastore}}/paths/scores.txt"
            second = component(texts=texts)
            second.mini_batch_size = at_least
            counted = [count(file=each.outputs.scores, at_least=at_least) for each in (first, second)]
            counted[0].compute = "other"
            named = count(file=first.outputs["scores"])
            named.name = "by_hand"
            return {"scores": first.outputs.scores, "report": named.outputs.report}

        job = nightly(texts=Input(path="in", mode="ro_mount"))
        job.outputs.report.type = AssetTypes.URI_FOLDER
        self.assertEqual(list(job.jobs), ["score_texts", "second", "count_lines", "count_lines_1", "by_hand"])
        document = job._job_document()
        steps = document["jobs"]
        self.assertEqual(
            document["inputs"], {"texts": {"type": "uri_folder", "path": str(self.folder / "in"), "mode": "ro_mount"}, "at_least": 2}
        )
        self.assertEqual(document["settings"], {"default_compute": "cpu-cluster"})
        self.assertEqual(
            document["outputs"]["scores"], {"type": "uri_file", "path": "azureml://datastores/${{default_datastore}}/paths/scores.txt"}
        )
        self.assertEqual(steps["score_texts"]["inputs"], {"texts": "${{parent.inputs.texts}}"})
        self.assertEqual(steps["score_texts"]["outputs"], {"scores": "${{parent.outputs.scores}}"})
        self.assertEqual(steps["second"]["mini_batch_size"], "${{parent.inputs.at_least}}")
        self.assertNotIn("mini_batch_size", steps["second"]["component"])
        self.assertEqual(
            steps["count_lines_1"]["inputs"], {"file": "${{parent.jobs.second.outputs.scores}}", "at_least": "${{parent.inputs.at_least}}"}
        )
        self.assertEqual((steps["count_lines"]["compute"], steps["by_hand"]["inputs"]["at_least"]), ("other", 1))

    def test_a_pipeline_in_a_pipeline_is_a_component(self) -> None:
        component = score()

        @pipeline
        def inner(texts, rate: float = 0.5):  # type: ignore[no-untyped-def]
            scored = component(texts=texts)
            return {"scores": scored.outputs.scores}

        @pipeline()
        def outer(texts):  # type: ignore[no-untyped-def]
            once = inner(texts)
            return once.outputs

        document = outer(Input(path="in"))._job_document()
        step = document["jobs"]["once"]
        self.assertEqual(step["inputs"], {"texts": "${{parent.inputs.texts}}", "rate": 0.5})
        self.assertEqual(step["outputs"], {"scores": "${{parent.outputs.scores}}"})
        self.assertEqual(step["component"]["inputs"], {"texts": {"type": "uri_folder"}, "rate": {"type": "number"}})
        self.assertEqual(list(step["component"]["jobs"]), ["score_texts"])
        self.assertEqual(document["outputs"], {"scores": {"type": "uri_file"}})

    def test_what_is_built_wrongly_is_said_in_words(self) -> None:
        component = score()
        kept = []

        @pipeline
        def one(texts):  # type: ignore[no-untyped-def]
            kept.append(component(texts=texts).outputs.scores)
            if len(kept) > 1:
                count(file=kept[0])

        one(Input(path="in"))
        with self.assertRaisesRegex(ValidationException, "can only be used in the pipeline function that made the step"):
            one(Input(path="in"))._job_document()
        with self.assertRaisesRegex(TypeError, r"one\(\) missing a required argument: 'texts'"):
            one()
        with self.assertRaisesRegex(TypeError, r"one\(\) got an unexpected keyword argument 'txts'"):
            one(txts=1)
        with self.assertRaisesRegex(TypeError, "known only when the pipeline runs.*non_pipeline_inputs"):
            pipeline(lambda n: component(texts="in") if n else None)(n=True)
        with self.assertRaisesRegex(ValidationException, "returns 3: expected outputs"):
            pipeline(lambda: 3)()
        self.assertEqual(pipeline(non_pipeline_inputs=["n"])(lambda n: kept.append(n))(n=7).inputs.keys(), [])
        self.assertEqual(kept[-1], 7)


@unittest.skipIf(yaml is None, "PyYAML is not installed")
class Files(InFolder):
    COMPONENT = """
type: parallel
name: score_file
inputs:
  texts: { type: uri_folder }
  since: { type: string, default: 2026-01-01 }
outputs:
  scores: { type: uri_file }
input_data: ${{inputs.texts}}
mini_batch_size: 3
resources: { instance_count: 2 }
task: { type: run_function, code: ../src, entry_script: score.py, append_row_to: "${{outputs.scores}}" }
"""

    def test_a_component_from_a_file_is_referred_to_and_only_changes_are_said(self) -> None:
        file = self.write("components/score.yml", self.COMPONENT)
        component = load_component(file)

        @pipeline
        def nightly(texts):  # type: ignore[no-untyped-def]
            scored = component(texts=texts)
            scored.resources.instance_count = 1
            return {"scores": scored.outputs.scores}

        step = nightly(Input(path="in"))._job_document()["jobs"]["scored"]
        self.assertEqual(
            step,
            {
                "type": "parallel",
                "component": str(file),
                "resources": {"instance_count": 1},
                "inputs": {"texts": "${{parent.inputs.texts}}", "since": "2026-01-01"},
                "outputs": {"scores": "${{parent.outputs.scores}}"},
            },
        )
        self.write("bad.yml", "type: sweep\n")
        with self.assertRaisesRegex(ValidationException, "Expected one of parallel, command, pipeline, found 'sweep'"):
            load_component("bad.yml")
        with self.assertRaises(FileNotFoundError):
            load_component("nowhere.yml")

    def test_a_job_from_a_file_keeps_what_it_says_and_where_it_points(self) -> None:
        self.write(
            "jobs/job.yml",
            self.COMPONENT.replace("texts: { type: uri_folder }", "texts: { path: ../in }")
            .replace("since: { type: string, default: 2026-01-01 }", "since: 2026-01-01")
            .replace("name: score_file", "$schema: x\nname: tonight"),
        )
        job = load_job("jobs/job.yml")
        job.display_name = "Tonight"
        job.mini_batch_size = 5  # type: ignore[attr-defined]
        document = job._job_document()
        self.assertEqual(document["task"]["code"], str(self.folder / "src"))
        self.assertEqual(document["inputs"], {"texts": {"type": "uri_folder", "path": str(self.folder / "in")}, "since": "2026-01-01"})
        self.assertEqual([document[key] for key in ("$schema", "name", "display_name", "mini_batch_size")], ["x", "tonight", "Tonight", 5])
        os.makedirs("other")
        job.dump("other/job.yml")
        self.assertIn("code: ../src", Path("other/job.yml").read_text(encoding="utf-8"))
        self.assertEqual(load_job("other/job.yml")._job_document(), document)
        self.write("wrong.yml", "type: parallel\ninput_data: ${{inputs.x}}\nmini_batch_size: 10 kb\n")
        with self.assertRaisesRegex(ValidationException, r"wrong.yml:3:18: mini_batch_size: Expected a number of files"):
            load_job("wrong.yml")
