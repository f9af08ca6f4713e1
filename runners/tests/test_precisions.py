"""The runner's precisions are those of qpx, bit by bit.

    QPX=.build/debug/qpx python -m unittest discover -s runners/tests -t runners
"""

import os
import subprocess
import tempfile
import unittest

import torch
from safetensors import safe_open

from qpxrunner import checkpoint, precisions, trial
from tests import decoding
from tests.models import MODELS, QPX, REASON

OPTIONS = ["nf4@128+dq", "nf4+dq", "int8+dq", "lm3@32", "fp4@256"]


@unittest.skipIf(REASON, REASON)
class PrecisionTests(unittest.TestCase):
    def test_every_precision_gives_the_same_weights_as_qpx(self):
        model = os.path.join(MODELS, "stories260k")
        with safe_open(os.path.join(model, "model.safetensors"), framework="pt") as file:
            weights = {name: file.get_tensor(name).float() for name in file.keys()}
        with tempfile.TemporaryDirectory() as folder:
            for name in [*precisions.NAMES, *OPTIONS]:
                if name in ("bf16", "f16", "f32"):
                    continue
                with self.subTest(precision=name):
                    out = os.path.join(folder, name)
                    subprocess.run(
                        [QPX, "quantize", "--model", model, "--precision", name, "--out", out, "--quiet"], check=True,
                        stdout=subprocess.DEVNULL,
                    )
                    for tensor, expected in decoding.tensors(out).items():
                        found = precisions.round_trip(weights[tensor], name).reshape(-1)
                        different = int((found != expected[: found.numel()]).sum())
                        self.assertEqual(different, 0, f"{name}, {tensor}: {different} weights differ")

    def test_bitsandbytes_holds_the_same_numbers(self):
        try:
            import bitsandbytes.functional as functional
        except ImportError:
            self.skipTest("bitsandbytes is not installed")
        weight = torch.randn(96, 128, generator=torch.Generator().manual_seed(1))
        for name in ("nf4", "fp4", "nf4@128"):
            family, block, _ = precisions.bits_and_bytes_form(name)
            packed, state = functional.quantize_4bit(weight, blocksize=block, quant_type=family)
            found = functional.dequantize_4bit(packed, state)
            self.assertTrue(torch.equal(found, precisions.round_trip(weight, name)), name)

    def test_a_packed_module_holds_the_same_numbers(self):
        try:
            import bitsandbytes.functional as functional
        except ImportError:
            self.skipTest("bitsandbytes is not installed")
        weight = torch.randn(50, 129, generator=torch.Generator().manual_seed(2))
        for name in ("nf4", "fp4@128"):
            module = trial.packed_module(weight, precisions.bits_and_bytes_form(name), torch.float32).to("cpu")
            found = functional.dequantize_4bit(module.weight.data, module.weight.quant_state)
            self.assertTrue(torch.equal(found, precisions.round_trip(weight, name)), name)

    def test_zeros_and_short_blocks_come_back(self):
        weight = torch.zeros(3, 50)
        weight[2, 40:] = torch.linspace(-1, 1, 10)
        for name in precisions.NAMES:
            found = precisions.round_trip(weight, name)
            self.assertEqual(found.shape, weight.shape)
            self.assertTrue(torch.isfinite(found).all(), name)
            # Tables without an entry at zero are the exception within a block that is not all zeros.
            if not name.startswith("uniform"):
                self.assertEqual(int(found[0].count_nonzero()), 0, name)

    def test_unknown_names_and_options_are_refused(self):
        for name in ("nf5", "nf4@17", "nf4+xx", "q4_0@32", "nf4@64+dq+dq"):
            with self.assertRaises(precisions.PrecisionError):
                precisions.parse(name)
        with self.assertRaises(precisions.PrecisionError):
            precisions.round_trip(torch.tensor([[float("nan")]]), "nf4")

    def test_a_list_of_widths_is_one_per_layer(self):
        configuration = {
            "num_hidden_layers": 2, "intermediate_size": [40, 20], "num_attention_heads": 4, "num_key_value_heads": 2,
        }
        self.assertEqual(checkpoint.layer_widths(configuration), [(40, 4, 2), (20, 4, 2)])


if __name__ == "__main__":
    unittest.main()
