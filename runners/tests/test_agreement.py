"""The runner measures what qpx measures: the same search, carried out by both.

    QPX=.build/debug/qpx python -m unittest discover -s runners/tests -t runners
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

from tests.models import MODELS, QPX, REASON, RUNNER, SHARED

# Without recovery the two differ by rounding alone; a loss is about 4.
ROUNDING = 2e-6
# With recovery the drawn adapters and the order of the batches differ: losses over seeds have a standard deviation of
# 0.006 to 0.02 here (see README.md), of which this is more than three.
NOISE = 0.08


@unittest.skipIf(REASON, REASON)
class AgreementTests(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.qpx("init")

    def qpx(self, *arguments):
        run = subprocess.run([QPX, *arguments], cwd=self._folder.name, capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def trials(self, model, *more):
        """Trials of the native search and of the runner's, by what they carry out."""
        text = os.path.join(SHARED, "data", "text", "brown-valid.txt")
        common = [
            "search", "--model", os.path.join(MODELS, model), "--ratio", "0.25", "--prune-layers", "all",
            "--calibration", text, "--calibration-samples", "4", "--calibration-length", "64", "--task",
            os.path.join(SHARED, "data", "tasks", "arc_easy.jsonl"),
            os.path.join(SHARED, "data", "tasks", "blimp.jsonl"), "--task-limit", "20", "--text",
            os.path.join(SHARED, "data", "text", "wikitext2-valid.txt"), "--text-limit", "4", "--objective", "loss",
            "--objective-text", text, "--objective-windows", "20", "--quiet", *more,
        ]
        runner = f"{sys.executable} {RUNNER} --quiet --device cpu"
        self.qpx(*common, "--name", "native")
        self.qpx(*common, "--name", "runner", "--evaluator", runner)
        found = []
        for name in ("native", "runner"):
            listed = json.loads(self.qpx("trials", name, "--json"))["trials"]
            entry = {}
            for trial in listed:
                if trial["state"] != "complete":
                    continue
                key = (trial["label"], json.dumps(trial["allocation"]))
                shown = json.loads(self.qpx("show", trial["trial"], "--json"))
                entry[key] = (trial, {(m["name"], m["task"]): m for m in shown["metrics"] if m["step"] is None})
            found.append(entry)
        return found

    def compare(self, native, runner, tolerance):
        self.assertGreaterEqual(len(set(native) & set(runner)), 2)
        for key in set(native) & set(runner):
            (own, metrics), (other, found) = native[key], runner[key]
            self.assertEqual(own["weight_bytes"], other["weight_bytes"])
            self.assertEqual(set(metrics), set(found), key)
            for name, metric in metrics.items():
                self.assertEqual(metric["count"], found[name]["count"], name)
                if name[0] in ("loss", "loftq_error", "loftq_error_before"):
                    self.assertLess(abs(metric["value"] - found[name]["value"]), tolerance, (key, name))
                elif tolerance == ROUNDING and name[0] != "perplexity":
                    self.assertEqual(metric["value"], found[name]["value"], (key, name))
            self.assertLess(abs(own["objective_value"] - other["objective_value"]), tolerance, key)

    def test_without_recovery_only_rounding_differs(self):
        choices = ["--choices", "lm2", "nf3@32", "nf4+dq", "int8", "--recovery-steps", "0", "--budget", "5bpw"]
        native, runner = self.trials("stories260k", *choices, "--trials", "3", "--initial-trials", "3")
        self.compare(native, runner, ROUNDING)

    def test_modules_and_the_ends_of_the_model_have_their_precisions(self):
        settings = [
            "--choices", "q4_0", "iq4_nl", "8", "--granularity", "module", "--embedding-precision", "int8",
            "--recovery-steps", "0", "--budget", "160000", "--no-references", "--trials", "2", "--initial-trials", "2",
        ]
        native, runner = self.trials("stories260k", *settings)
        self.compare(native, runner, ROUNDING)

    def test_with_recovery_the_difference_is_noise(self):
        settings = [
            "--choices", "nf3", "nf4", "int8", "--budget", "4.8bpw", "--trials", "3", "--initial-trials", "3",
            "--recovery-text", os.path.join(SHARED, "data", "text", "brown-valid.txt"), "--recovery-steps", "30",
            "--batch", "8", "--sequence-length", "64", "--learning-rate", "0.001", "--init", "loftq",
        ]
        native, runner = self.trials("stories260k", *settings)
        self.compare(native, runner, NOISE)
        key = next(key for key in native if key[0] == "pruned, not recovered")
        pruned = native[key][0]["objective_value"]
        for trial, _ in runner.values():
            if trial["kind"] != "reference":
                self.assertLess(trial["objective_value"], pruned - NOISE, "recovery improves what pruning left")


class MessageTests(unittest.TestCase):
    def reply(self, message, *arguments):
        run = subprocess.run(
            [sys.executable, RUNNER, "--quiet", "--device", "cpu", *arguments], input=message, capture_output=True,
            text=True, check=False,
        )
        return run.returncode, json.loads(run.stdout.splitlines()[-1])

    def test_what_is_no_message_is_answered_with_an_error(self):
        for message in ("", "[]", '{"protocol": 2}', '{"protocol": 1}', '{"protocol": 1, "trial": "a/1"'):
            with self.subTest(message=message):
                status, reply = self.reply(message)
                self.assertEqual(status, 1)
                self.assertEqual(reply["protocol"], 1)
                self.assertNotIn("\n", reply["error"])

    def test_a_missing_checkpoint_is_answered_with_an_error(self):
        message = {
            "protocol": 1, "trial": "a/1", "model": "/nowhere", "pruned_model": None, "base": "pruned",
            "recovers": False, "allocation": None, "seed": 1, "specification": {},
        }
        status, reply = self.reply(json.dumps(message))
        self.assertEqual(status, 1)
        self.assertIn("/nowhere", reply["error"])


if __name__ == "__main__":
    unittest.main()
