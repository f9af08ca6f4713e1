"""Precisions of qpx in PyTorch: what a weight becomes when it is quantized and comes back.

Every function here takes a float32 matrix and gives the float32 numbers that the codes stand for, to the bits that qpx
itself computes (see tests/test_precisions.py), whatever the device.
"""

import math

import torch


class PrecisionError(ValueError):
    """A name that is no precision, or options that it cannot have."""


def _symmetric(positive):
    return [-value for value in reversed(positive)] + positive


_TABLES = {
    "nf2": [-1.0, 0.0, 0.33791521191596985, 1.0],
    "nf3": [
        -1.0, -0.47862914204597473, -0.21714182198047638, 0.0, 0.16093017160892487, 0.33791521191596985,
        0.5626169443130493, 1.0,
    ],
    "nf4": [
        -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
        -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634,
        0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
    ],
    "fp4": [
        0, 0.0052083334885537624, 0.6666666865348816, 1, 0.3333333432674408, 0.5, 0.1666666716337204, 0.25,
        0, -0.0052083334885537624, -0.6666666865348816, -1, -0.3333333432674408, -0.5, -0.1666666716337204, -0.25,
    ],
    "nf2_sym": _symmetric([0.25256848335266113, 1.0]),
    "nf3_sym": _symmetric([0.10298759490251541, 0.3192371428012848, 0.5762974619865417, 1.0]),
    "nf4_sym": _symmetric([
        0.04618823155760765, 0.13959172368049622, 0.2362464815378189, 0.3389681875705719, 0.4519121050834656,
        0.5823284983634949, 0.7461439371109009, 1.0,
    ]),
    "lm2": _symmetric([0.17303891479969025, 0.5885975956916809]),
    "lm3": _symmetric([0.09230773895978928, 0.2858867347240448, 0.5125297904014587, 0.8310762643814087]),
    "lm4": _symmetric([
        0.046163324266672134, 0.13956519961357117, 0.23634682595729828, 0.3393353819847107, 0.4524802267551422,
        0.5820776224136353, 0.7398543953895569, 0.953212320804596,
    ]),
}
_IQ4_NL = [-127.0, -104.0, -83.0, -65.0, -49.0, -35.0, -22.0, -10.0, 1.0, 13.0, 25.0, 38.0, 53.0, 69.0, 89.0, 113.0]
_BLOCK_SIZES = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
_DEFAULT_BLOCK = 64
_GRID_BLOCK = 32
_SCALES_PER_GROUP = 256
_NORMAL = torch.finfo(torch.float32).tiny
_PLAIN = ("int8_row", "uniform2", "uniform3", "uniform4", "uniform8", "q4_0", "q8_0", "iq4_nl", "bf16", "f16", "f32")
NAMES = sorted([*_TABLES, "int8", "dynamic8", *_PLAIN])


def parse(name):
    """Family, block size and whether scales are quantized themselves, of a name such as "nf4@128+dq"."""
    text = name.lower()
    head, plus, option = text.partition("+")
    family, at, size = head.partition("@")
    if family not in NAMES or (plus and option != "dq"):
        raise PrecisionError(f"unknown precision '{name}': known are {', '.join(NAMES)}")
    if family in _PLAIN:
        if at or plus:
            raise PrecisionError(f"'{name}': {family} has no options")
        return family, None, False
    block = _DEFAULT_BLOCK
    if at:
        if not size.isdigit() or int(size) not in _BLOCK_SIZES:
            raise PrecisionError(f"'{name}': blocks have {', '.join(map(str, _BLOCK_SIZES))} weights")
        block = int(size)
    return family, block, bool(plus)


def round_trip(weight, name):
    """The float32 numbers that `weight` (float32, rows × columns) is stored as in the precision `name`."""
    family, block, is_double = parse(name)
    if not torch.isfinite(weight).all():
        raise PrecisionError(f"a weight is not a finite number and cannot be quantized to {name}")
    flat = weight.detach().to(torch.float32).contiguous().reshape(-1)
    if family == "f32":
        result = flat
    elif family == "f16":
        result = flat.to(torch.float16).to(torch.float32)
    elif family == "bf16":
        result = flat.to(torch.bfloat16).to(torch.float32)
    elif family == "int8":
        result = _linear8(flat, block, is_double)
    elif family == "int8_row":
        result = _linear8(flat, max(1, weight.shape[-1]), False)
    elif family == "dynamic8":
        result = _table(flat, _dynamic_map(), block, is_double)
    elif family.startswith("uniform"):
        result = _uniform(flat, int(family.removeprefix("uniform")))
    elif family == "q4_0":
        result = _grid(flat, _q4_0)
    elif family == "q8_0":
        result = _grid(flat, _q8_0)
    elif family == "iq4_nl":
        result = _grid(flat, _iq4_nl)
    else:
        result = _table(flat, _TABLES[family], block, is_double)
    return result.reshape(weight.shape)


def _blocks(flat, size):
    """Rows of `size` weights, the last one filled with zeros; and how many weights there are."""
    count = flat.numel()
    rows = -(-count // size)
    if rows * size == count:
        return flat.view(rows, size)
    padded = torch.zeros(rows * size, dtype=flat.dtype, device=flat.device)
    padded[:count] = flat
    return padded.view(rows, size)


def _dynamic_map():
    """256 numbers over seven decades; each step in float32, as bitsandbytes computes them."""
    one, low = torch.tensor(1.0), torch.tensor(0.1)
    entries = [0.0, 1.0]
    for decade in range(7):
        steps = 1 << decade
        step = ((one - low) / steps).double()
        # A fused multiply-add: exact in float64, rounded once.
        grid = [
            (low.double() + step * i if 2 * i < steps else 1.0 - step * (steps - i)) for i in range(steps + 1)
        ]
        grid = torch.stack([torch.as_tensor(value, dtype=torch.float64) for value in grid]).float()
        middle = torch.tensor(10.0 ** (decade - 6)).float() * ((grid[:-1] + grid[1:]) / 2)
        entries += middle.tolist() + (-middle).tolist()
    return sorted(entries)


def _encode(scaled, entries):
    """The entry nearest to each number; halfway between two, the lower one."""
    table = torch.tensor(entries, dtype=torch.float32, device=scaled.device)
    ordered = table[torch.argsort(table, stable=True)]
    boundaries = (ordered[:-1] + ordered[1:]) * 0.5
    return ordered[torch.bucketize(scaled, boundaries)]


def _scaled(blocks, count, scales):
    """Weights divided by their block's scale: whole blocks times the reciprocal, the last short one divided."""
    safe = torch.where(scales == 0, torch.ones_like(scales), scales)
    scaled = torch.where((safe >= _NORMAL)[:, None], blocks * (1 / safe)[:, None], blocks / safe[:, None])
    if count % blocks.shape[1]:
        scaled[-1] = blocks[-1] / safe[-1]
    return torch.where((scales == 0)[:, None], torch.zeros_like(scaled), scaled)


def _stored(scales, is_double):
    """The scales that come back."""
    if not is_double:
        return scales
    offset = scales.double().cpu().cumsum(0)[-1].div(scales.numel()).float().to(scales.device)
    differences = scales - offset
    groups = _blocks(differences, _SCALES_PER_GROUP)
    group_scales = groups.abs().amax(dim=1)
    entries = _encode(_scaled(groups, differences.numel(), group_scales), _dynamic_map())
    return (entries * group_scales[:, None]).reshape(-1)[: scales.numel()] + offset


def _table(flat, entries, block, is_double):
    blocks = _blocks(flat, block)
    scales = blocks.abs().amax(dim=1)
    values = _encode(_scaled(blocks, flat.numel(), scales), entries)
    return (values * _stored(scales, is_double)[:, None]).reshape(-1)[: flat.numel()]


def _linear8(flat, block, is_double):
    blocks = _blocks(flat, block)
    scales = blocks.abs().amax(dim=1)
    safe = torch.where(scales == 0, torch.ones_like(scales), scales)[:, None]
    # A division of tensors: PyTorch takes 127 / x for 127 times the reciprocal, which rounds twice.
    factor = torch.full_like(safe, 127) / safe
    codes = torch.where(safe >= 1e-36, blocks * factor, blocks / safe * 127)
    codes = torch.where(scales[:, None] == 0, torch.zeros_like(codes), torch.round(codes))
    return (codes * (_stored(scales, is_double) / 127)[:, None]).reshape(-1)[: flat.numel()]


def _uniform(flat, bits):
    exact = flat.double()
    # Sums in the order of the weights, so that the last bit is the same as in qpx.
    mean = exact.cpu().cumsum(0)[-1] / max(1, flat.numel())
    squares = ((exact.cpu() - mean) ** 2).cumsum(0)[-1]
    deviation = torch.sqrt(squares / max(1, flat.numel() - 1)).float()
    low = (mean.float() - 2 * deviation).to(flat.device)
    high = (mean.float() + 2 * deviation).to(flat.device)
    clipped = torch.minimum(torch.maximum(flat, low), high)
    least, most = clipped.min(), clipped.max()
    reach = (most - least) + torch.tensor(1e-8, device=flat.device)
    steps = float((1 << bits) - 1)
    codes = torch.round((clipped - least) / reach * steps).clamp(0, steps)
    return codes / steps * reach + least


def _grid(flat, encode):
    blocks = _blocks(flat, _GRID_BLOCK)
    values, scales = encode(blocks)
    stored = scales.clamp(-65504, 65504).to(torch.float16).to(torch.float32)
    return (values * stored[:, None]).reshape(-1)[: flat.numel()]


def _extreme(blocks):
    """The first number of the largest magnitude in each row, with its sign."""
    return blocks.gather(1, blocks.abs().argmax(dim=1, keepdim=True)).squeeze(1)


def _reciprocal(scales):
    return torch.where(scales == 0, torch.zeros_like(scales), 1 / torch.where(scales == 0, torch.ones_like(scales), scales))


def _q4_0(blocks):
    scales = _extreme(blocks) / -8
    codes = torch.trunc((blocks * _reciprocal(scales)[:, None] + 8.5).clamp(0, 15))
    return codes - 8, scales


def _q8_0(blocks):
    scales = blocks.abs().amax(dim=1) / 127
    position = blocks * _reciprocal(scales)[:, None]
    codes = torch.sign(position) * torch.floor(position.abs() + 0.5)
    # Adding a half rounds 0.49999997 up to 1 in float32.
    codes = torch.where(position.abs() < 0.5, torch.zeros_like(codes), codes)
    return codes.clamp(-127, 127), scales


def _iq4_nl(blocks):
    values = torch.tensor(_IQ4_NL, dtype=torch.float32, device=blocks.device)

    def nearest(numbers):
        upper = torch.bucketize(numbers, values, right=True).clamp(1, 15)
        low, high = values[upper - 1], values[upper]
        chosen = torch.where(numbers - low < high - numbers, low, high)
        return torch.where(numbers <= values[0], values[0], torch.where(numbers >= values[15], values[15], chosen))

    def sums(reciprocal):
        entries = nearest(reciprocal[:, None] * blocks)
        importance = blocks * blocks
        product = torch.zeros_like(reciprocal)
        square = torch.zeros_like(reciprocal)
        # Term by term: the order of a sum decides its last bit.
        for column in range(blocks.shape[1]):
            product = product + importance[:, column] * entries[:, column] * blocks[:, column]
            square = square + importance[:, column] * entries[:, column] * entries[:, column]
        return product, square

    extreme = _extreme(blocks)
    is_small = extreme.abs() < 1e-15
    extreme = torch.where(is_small, torch.ones_like(extreme), extreme)
    plain = -extreme / values[0]
    product, square = sums(1 / plain)
    is_usable = (square > 0) & torch.isfinite(product) & torch.isfinite(square)
    best = product / torch.where(square == 0, torch.ones_like(square), square)
    gain = best * product
    for shift in range(-7, 8):
        product, square = sums((shift + values[0]) / extreme)
        is_better = (
            (square > 0) & torch.isfinite(product) & torch.isfinite(square) & (product * product > gain * square)
        )
        scale = product / torch.where(square == 0, torch.ones_like(square), square)
        best = torch.where(is_better, scale, best)
        gain = torch.where(is_better, scale * product, gain)
    scales = torch.where(is_usable, best, plain)
    scales = torch.where(is_small, torch.zeros_like(scales), scales)
    return nearest(blocks * _reciprocal(scales)[:, None]), scales


def relative_error(weight, stored):
    """‖W − Q‖ / ‖W‖, Frobenius norms; 0 for a matrix of zeros."""
    norm = weight.double().norm().item()
    return (weight.double() - stored.double()).norm().item() / norm if norm > 0 else 0.0


def bits_and_bytes_form(name):
    """How bitsandbytes holds the same codes and scales: quant_type, block size, whether scales are compressed; None
    where it has no such form."""
    family, block, is_double = parse(name)
    if family not in ("nf4", "fp4") or block < 64:
        return None
    return family, block, is_double


def finite(value):
    """The number, or None where it is none."""
    return value if value is not None and math.isfinite(value) else None
