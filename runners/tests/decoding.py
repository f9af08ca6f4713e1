"""Reads what `qpx quantize` writes, to compare it with the runner's own quantization."""

import json
import os

import torch
from safetensors import safe_open

from qpxrunner import precisions


def _codes(packed, count, bits):
    if bits == 8:
        return packed[:count].long()
    shifts = torch.arange(7, -1, -1)
    stream = ((packed[:, None].long() >> shifts) & 1).reshape(-1)[: count * bits].reshape(count, bits)
    return (stream << torch.arange(bits - 1, -1, -1)).sum(dim=1)


def tensors(folder):
    """Every packed tensor of a quantized checkpoint as float32 numbers, by name."""
    with open(os.path.join(folder, "quantization.json"), encoding="utf-8") as file:
        descriptions = json.load(file)["tensors"]
    result = {}
    with safe_open(os.path.join(folder, "model.safetensors"), framework="pt") as file:
        for name, description in descriptions.items():
            result[name] = _decode(file, name, description)
    return result


def _decode(file, name, description):
    bits, block = description["bits"], description["block_size"]
    packed = file.get_tensor(name + ".codes")
    scales = file.get_tensor(name + ".scales")
    table = description.get("table")
    coding = description.get("coding") or ("table" if table else "linear8")
    count = packed.numel() * 8 // bits
    codes = _codes(packed, count, bits)
    if coding == "uniform":
        least, reach = scales[0], scales[1]
        return codes.float() / float((1 << bits) - 1) * reach + least
    if description.get("scales") == "double_quantized":
        entries = torch.tensor(precisions._dynamic_map(), dtype=torch.float32)[scales.long()]
        groups = file.get_tensor(name + ".scales.scales").repeat_interleave(256)[: scales.numel()]
        scales = entries * groups + file.get_tensor(name + ".scales.offset")
    per_weight = scales.float().repeat_interleave(block)[:count]
    if coding == "table":
        return torch.tensor(table, dtype=torch.float32)[codes] * per_weight
    signed = packed.view(torch.int8).float()
    return signed * (per_weight / 127 if coding == "linear8" else per_weight)
