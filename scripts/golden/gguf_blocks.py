"""Blocks of random bytes in GGUF's formats, and the numbers that the Python package gguf reads in them.

    python scripts/golden/gguf_blocks.py Tests/EngineTests/GGUF/Fixtures/blocks.json

needs gguf and numpy. Scales are kept small and finite; codes are anything.
"""

import json
import pathlib
import sys

import numpy
from gguf import GGMLQuantizationType as Type
from gguf import quants

# Where the half-precision numbers of a block stand.
HALVES = {
    Type.BF16: [], Type.Q4_0: [0], Type.Q8_0: [0], Type.IQ4_NL: [0], Type.Q2_K: [80, 82], Type.Q3_K: [108],
    Type.Q4_K: [0, 2], Type.Q6_K: [208]}


def main():
    random = numpy.random.default_rng(11)
    cases = []
    for kind, halves in HALVES.items():
        count, size = quants.GGML_QUANT_SIZES[kind]
        blocks = 2 if count > 32 else 64 if count == 1 else 4
        data = random.integers(0, 256, (blocks, size), dtype=numpy.uint8)
        if kind == Type.BF16:
            data[:, 1] = data[:, 1] & 0x80 | 0x3E
        for offset in halves:
            scales = random.uniform(-2, 2, blocks).astype(numpy.float16)
            data[:, offset:offset + 2] = scales.view(numpy.uint8).reshape(blocks, 2)
        floats = quants.dequantize(data.reshape(1, -1), kind).reshape(-1)
        cases.append(dict(name=kind.name.lower(), bytes=data.reshape(-1).tolist(), floats=floats.tolist()))
    target = pathlib.Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(cases) + "\n")


main()
