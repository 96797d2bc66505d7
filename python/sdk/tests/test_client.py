"""Jobs and assets of a home, through the command itself."""

import contextlib
import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import parallelrun
from parallelrun import (
    Data,
    Environment,
    Input,
    MLClient,
    Model,
    pipeline,
)
from parallelrun.constants import ListViewType
from parallelrun.exceptions import (
    JobException,
    PrlError,
    ResourceNotFoundError,
    ValidationException,
)
from parallelrun.identity import DefaultAzureCredential

from support import InFolder, score

try:
    import pandas
except ImportError:
    pandas = None  # type: ignore[assignment]


class Jobs(InFolder):
    def quietly(self, work: Any) -> str:
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            work()
        return said.getvalue()

    def test_a_job_from_creation_to_its_outputs(self) -> None:
        client = MLClient.from_config(credential=DefaultAzureCredential())
        job = client.jobs.create_or_update(score(), tags={"a": "b"})
        said = self.quietly(job.stream)
        self.assertIn("2/2 mini-batches", said)
        self.assertEqual((job.status, job.error), ("Completed", None))
        self.assertEqual(job.steps["main"]["items"], {"total": 4, "done": 4, "failed": 0})
        self.assertEqual(Path(job.outputs.scores.path).read_text(), "0.txt 5\n1.txt 5\n2.txt 5\n3.txt 5\n")
        if pandas is not None:
            self.quietly(lambda: self.assertEqual(job.outputs.scores.to_pandas()[1].tolist(), [5, 5, 5, 5]))
        self.assertEqual((list(job.outputs), job.tags, job.experiment_name), (["scores"], {"a": "b"}, client.jobs.get(job.name).experiment_name))
        self.assertGreater(job.duration or 0, 0)
        self.assertEqual(set(job.creation_context), {"created_at", "created_by", "created_by_type", "last_modified_at"})
        with self.assertRaisesRegex(AttributeError, "has no output 'score'. It has: scores"):
            job.outputs.score
        self.assertEqual(job.logs(), "scored 0.txt 1.txt\nscored 2.txt 3.txt\n")
        self.assertEqual(job.logs(mini_batch=1), "scored 2.txt 3.txt\n")
        self.assertEqual(job.logs(grep="^scored 0", worker="0"), "scored 0.txt 1.txt\n")
        self.assertEqual(job.logs(tail=1, step="main"), "scored 2.txt 3.txt\n")
        with self.assertRaisesRegex(PrlError, 'has no step "score"'):
            job.logs(step="score")
        self.assertIn("Completed", repr(job))
        self.assertEqual([event["n"] for event in job.events(3)][0], 3)
        self.quietly(lambda: client.jobs.download(job.name, output_name="scores", download_path="down"))
        self.assertEqual(len(list(Path("down/named-outputs/scores").iterdir())), 1)
        self.assertEqual([each.name for each in client.jobs.list()], [job.name])
        client.jobs.archive(job.name)
        self.assertEqual(client.jobs.list(), [])
        self.assertEqual(client.jobs.list(list_view_type=ListViewType.ALL)[0].display_name, "score_texts")
        with self.assertRaisesRegex(ResourceNotFoundError, 'No job is called "nobody"'):
            client.jobs.get("nobody")

    def test_a_job_that_fails_says_why_and_what_failed(self) -> None:
        self.write("in/bad.txt", "")
        settings = dict(mini_batch_error_threshold=0, retry_settings=dict(max_retries=0))
        job = MLClient().jobs.create_or_update(score(**settings))
        with self.assertRaisesRegex(JobException, r"(?s)failed.*cannot read bad.txt.*jobs.resume\("):
            job.wait()
        with self.assertRaisesRegex(JobException, "is Failed: its outputs are there when it has completed"):
            job.outputs.scores.path
        failed, logs = job.failed(), job.logs()
        self.assertEqual({each["error"]["type"] for each in failed}, {"ValueError"})
        self.assertTrue(any("bad.txt" in str(each["item"]) for each in failed))
        self.assertIn("scored 0.txt 1.txt", logs)

    def test_mistakes_are_told_in_the_words_of_yaml_and_nothing_is_stored(self) -> None:
        component = score()

        @pipeline
        def wrong(texts):  # type: ignore[no-untyped-def]
            first = component(texts=texts)
            first.mini_batch_size = "10 kb"
            first.retry_settings.timeout = 0
            first.logging_level = "LOUD"

        job = wrong(texts=Input(path="nowhere"))
        client = MLClient()
        expected = 'jobs.score_texts.mini_batch_size: Expected a number of files, or for a table a size such as 10kb, 1mb, 2gb or 100 rows, found "10 kb".'
        for refused in (
            lambda: client.jobs.create_or_update(job),
            lambda: job.dump("job.yml"),
            lambda: client.jobs.validate(job, raise_on_failure=True),
        ):
            with self.assertRaises(ValidationException) as caught:
                refused()
            self.assertIn(expected, str(caught.exception))
            self.assertIn("jobs.score_texts.retry_settings.timeout: Expected", str(caught.exception))
            self.assertNotIn(".yml", str(caught.exception))
            self.assertGreaterEqual(len(caught.exception.errors), 4)
        self.assertFalse(os.path.exists("job.yml"))
        self.assertEqual(client.jobs.list(), [])
        self.assertFalse(client.jobs.validate(job))
        with self.assertRaisesRegex(TypeError, "Call the pipeline function first"):
            client.jobs.create_or_update(wrong)  # type: ignore[arg-type]

    def test_ctrl_c_ends_the_following_and_not_the_job(self) -> None:
        program = self.write(
            "follow.py",
            "import sys\nfrom parallelrun import MLClient, command\nfrom parallelrun.exceptions import JobException\n"
            "job = MLClient().jobs.create_or_update(command(name='waits', command='until [ -e go ]; do sleep 0.1; done'.replace('go', sys.argv[1])))\n"
            "print(job.name, flush=True)\n"
            "try:\n    job.stream()\nexcept JobException as error:\n    print(error)\n",
        )
        source = os.path.dirname(os.path.dirname(parallelrun.__file__))
        environment = {**os.environ, "PYTHONPATH": source, "PYTHONUNBUFFERED": "1"}
        go = str(Path(os.environ["PARALLELRUN_HOME"]).parent / "go").replace(" ", "?").replace("'", "?").replace('"', "?").replace("#", "?")
        with subprocess.Popen(
            [sys.executable, str(program), go],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None and process.stderr is not None
            name = process.stdout.readline().strip()
            # The command has begun to follow when it says which job.
            self.assertIn(name, process.stderr.readline())
            os.killpg(process.pid, signal.SIGINT)
            out, err = process.communicate(timeout=60)
        self.assertIn(f"No longer following {name}; the job goes on", out, err)
        job = MLClient().jobs.get(name)
        self.assertIn(job.status, ("NotStarted", "Queued", "Preparing", "Running"))
        self.quietly(job.cancel)
        self.assertEqual(job.status, "Canceled")


class Assets(InFolder):
    def test_assets_are_registered_and_used_by_name(self) -> None:
        client = MLClient(home="other home")
        data = client.data.create_or_update(Data(name="letters", path="./in", type="uri_folder"))
        self.assertEqual((data.version, data.path, data.id), ("1", str(self.folder / "in"), "azureml:letters:1"))
        client.create_or_update(Model(name="threshold", path="./model"))
        client.environments.create_or_update(Environment(name="scoring", image="python:3.12"))
        self.assertEqual([each.name for each in client.models.list()], ["threshold"])
        self.assertEqual(client.environments.get("scoring", label="latest").image, "python:3.12")
        with self.assertRaisesRegex(ValidationException, "nowhere"):
            client.data.create_or_update(Data(name="nothing", path="./nowhere"))
        with self.assertRaises(ResourceNotFoundError):
            client.data.get("nothing")
        client.components.create_or_update(score(version="3"))
        component = client.components.get("score_texts")

        @pipeline
        def nightly(texts):  # type: ignore[no-untyped-def]
            scored = component(texts=texts)
            scored.mini_batch_size = 1
            return {"scores": scored.outputs.scores}

        job = nightly(client.data.get("letters"))
        self.assertEqual(job._job_document()["jobs"]["scored"]["component"], "azureml:score_texts:3")
        self.assertEqual(client.jobs.create_or_update(job).wait().steps["scored"]["mini_batches"]["done"], 4)
        self.assertEqual((client.compute.get("local").type, client.compute.get("gpu-cluster").name), ("local", "gpu-cluster"))
        self.assertTrue((self.folder / "other home" / "jobs").is_dir())
