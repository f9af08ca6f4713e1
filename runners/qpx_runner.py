#!/usr/bin/env python3
"""Evaluator of qpx searches: carries a trial out with PyTorch, on a GPU where there is one.

    qpx search … --evaluator 'python runners/qpx_runner.py'

Reads the trial as JSON from standard input, prints the reply as JSON; see docs/evaluator.md and runners/README.md.
"""

import argparse
import importlib.metadata
import json
import sys

PACKAGES = ("torch", "transformers", "peft", "bitsandbytes", "safetensors", "tokenizers")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 … (default: cuda where there is one)")
    parser.add_argument(
        "--dtype", default="auto", choices=("auto", "float32", "bfloat16", "float16"),
        help="numbers that unquantized weights are held and multiplied in (default: float32 on the CPU, else bfloat16)",
    )
    parser.add_argument(
        "--storage", default="simulated", choices=("simulated", "bitsandbytes"),
        help="hold quantized weights as the numbers that they stand for, or on a GPU nf4 and fp4 packed with "
        "bitsandbytes, the same codes and scales in less memory (default: simulated)",
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing on standard error")
    parser.add_argument("--check", action="store_true", help="say what is installed, and end")
    return parser.parse_args()


def check():
    """Prints versions and devices; the exit status says whether a trial can be carried out."""
    missing = 0
    for package in PACKAGES:
        try:
            version = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            version, missing = "missing: pip install -r runners/requirements.txt", missing + (package != "bitsandbytes")
        print(f"{package:14} {version}")
    if not missing:
        import torch

        devices = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
        print(f"{'devices':14} {', '.join(['cpu', *devices])}")
    return 1 if missing else 0


def main():
    options = arguments()
    if options.check:
        return check()
    try:
        from qpxrunner.errors import TrialError
        from qpxrunner.precisions import PrecisionError
        from qpxrunner.trial import Settings, run
    except ImportError as error:
        print(json.dumps({"protocol": 1, "error": f"{error}; 'qpx_runner.py --check' says what is missing"}))
        return 1
    import torch

    try:
        message = json.load(sys.stdin)
        settings = Settings(options.device, options.dtype, options.storage, options.quiet)
        answer = run(message, settings)
    except (TrialError, PrecisionError, ValueError, OSError) as error:
        answer = {"protocol": 1, "error": " ".join(str(error).split()) or type(error).__name__}
    except torch.OutOfMemoryError as error:
        answer = {"protocol": 1, "error": "out of memory on the device: " + " ".join(str(error).split())[:300]}
    print(json.dumps(answer), flush=True)
    return 1 if "error" in answer else 0


if __name__ == "__main__":
    sys.exit(main())
