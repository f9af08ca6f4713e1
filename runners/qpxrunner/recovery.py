"""LoRA on frozen weights with peft, started and trained as qpx does it."""

import json
import math

import torch
from peft import LoraConfig, get_peft_model

from .checkpoint import PROJECTIONS, projection, set_projection
from .errors import TrialError
from .precisions import relative_error, round_trip
from .text import read

_IGNORED = -100


def generator(*words):
    """A random stream for these words, the same on every device."""
    state = 0xCBF29CE484222325
    for byte in "\x1f".join(str(word) for word in words).encode():
        state = (state ^ byte) * 0x100000001B3 % (1 << 64)
    return torch.Generator().manual_seed(state % (1 << 63))


class Windows:
    """Windows over a text's tokens; every epoch shifts the cuts and shuffles anew."""

    def __init__(self, tokens, length, seed):
        if len(tokens) < length:
            raise TrialError(f"the training text has {len(tokens)} tokens, one window needs {length}")
        self.tokens, self.length, self.seed = tokens, length, seed
        self.count = max(1, (len(tokens) - length) // length + 1)
        self.validation = []
        self._epochs = {}

    def _epoch(self, number):
        if number not in self._epochs:
            random = generator(self.seed, "windows", number)
            room = len(self.tokens) - self.count * self.length
            shift = int(torch.randint(room + 1, (1,), generator=random)) if room > 0 else 0
            self._epochs = {number: (shift, torch.randperm(self.count, generator=random).tolist()), **self._epochs}
        return self._epochs[number]

    def batch(self, step, size):
        """(tokens, labels) of each sequence of a step."""
        sequences = []
        for index in range(step * size, (step + 1) * size):
            shift, order = self._epoch(index // self.count)
            start = shift + order[index % self.count] * self.length
            tokens = self.tokens[start : start + self.length]
            sequences.append((tokens, tokens[1:] + [_IGNORED]))
        return sequences


class Instructions:
    """Instructions and answers with the template, masking and cutoff of qpx."""

    def __init__(self, path, encoder, specification, seed):
        encoded = [self._sequence(example, encoder, specification) for example in _examples(path)]
        usable = [sequence for sequence in encoded if any(label != _IGNORED for label in sequence[1])]
        held = specification.get("validation", 0)
        if len(usable) <= held:
            raise TrialError(f"{path}: of {len(usable)} usable examples {held} cannot be held out")
        drawn = set(torch.randperm(len(usable), generator=generator(seed, "validation")).tolist()[:held])
        self.sequences = [usable[index] for index in range(len(usable)) if index not in drawn]
        self.validation = [usable[index] for index in sorted(drawn)]
        self.seed, self.count = seed, len(self.sequences)

    @staticmethod
    def _sequence(example, encoder, specification):
        cutoff = specification["cutoff"]
        prompt = _prompt(specification["template"], example["instruction"], example.get("input") or "")
        answer = example["output"]
        if not answer:
            text = prompt
        else:
            text = prompt + " " + answer if specification["template"] == "none" else prompt + answer
        tokens = encoder.encode(text)[:cutoff]
        if encoder.eos is not None and len(tokens) < cutoff and tokens[-1:] != [encoder.eos]:
            tokens.append(encoder.eos)
        hidden = min(len(encoder.encode(prompt)), cutoff) if specification["loss_on"] == "answer" else 0
        labels = [
            tokens[index + 1] if index + 1 < len(tokens) and index + 1 >= hidden else _IGNORED
            for index in range(len(tokens))
        ]
        return tokens, labels

    def batch(self, step, size):
        """(tokens, labels) of each sequence of a step."""
        sequences = []
        for index in range(step * size, (step + 1) * size):
            order = torch.randperm(self.count, generator=generator(self.seed, "instructions", index // self.count))
            sequences.append(self.sequences[int(order[index % self.count])])
        return sequences


def _examples(path):
    text = read(path)
    try:
        if text.lstrip().startswith("["):
            examples = json.loads(text)
        else:
            examples = [json.loads(line) for line in text.split("\n") if line.strip()]
        for example in examples:
            if not isinstance(example["instruction"], str) or not isinstance(example["output"], str):
                raise ValueError("instruction and output must be texts")
    except (ValueError, KeyError, TypeError) as error:
        raise TrialError(f"{path}: is no instruction data: {error!r}") from error
    return examples


def _prompt(template, instruction, given):
    if template == "alpaca":
        start = "Below is an instruction that describes a task"
        request = "Write a response that appropriately completes the request."
        if given:
            head = (
                f"{start}, paired with an input that provides further context. {request}"
                f"\n\n### Instruction:\n{instruction}\n\n### Input:\n{given}"
            )
        else:
            head = f"{start}. {request}\n\n### Instruction:\n{instruction}"
        return head + "\n\n### Response:\n"
    if template != "none":
        raise TrialError(f"unknown template '{template}': this runner knows alpaca and none")
    text = instruction[:-1] + ":" if instruction.endswith(".") else instruction
    text += " " if text.endswith((".", ":", "?", "!")) else ": "
    if not given:
        return text
    return text + given + ("" if given.endswith((".", ":", "?", "!")) else ".")


def rate_factor(schedule, step, steps, warm_up):
    """The factor on the peak learning rate at a step, from 0."""
    if step < warm_up:
        return (step if schedule == "trainer" else step + 1) / warm_up
    done = (step - warm_up) / max(1, steps - warm_up)
    if schedule == "constant":
        return 1.0
    if schedule in ("linear", "trainer"):
        return max(0.0, 1 - done)
    if schedule == "cosine":
        return 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
    raise TrialError(f"unknown schedule '{schedule}': this runner knows constant, linear, cosine and trainer")


def loftq(weight, precision, rank, scaling, specification):
    """Quantized weights and factors chosen together (Li et al. 2024, algorithm 1), with qpx's options.

    Returns Q, A, B and the relative errors ‖W − Q₁‖ / ‖W‖ and ‖W − Q − s·BA‖ / ‖W‖.
    """
    assumed = scaling if specification["loftq_scaling"] == "corrected" else 1.0
    exact = weight.double()
    norm = exact.norm().item() or 1.0
    low_rank = torch.zeros_like(exact)
    before, best = None, None
    for iteration in range(specification["loftq_iterations"]):
        target = weight if iteration == 0 else (exact - assumed * low_rank).float()
        stored = round_trip(target, precision)
        residual = exact - stored.double()
        if before is None:
            before = residual.norm().item() / norm
        left, values, right = torch.linalg.svd(residual, full_matrices=False)
        roots = (values[:rank] / assumed).sqrt()
        down = (roots[:, None] * right[:rank]).float()
        up = (left[:, :rank] * roots).float()
        low_rank = up.double() @ down.double()
        error = (residual - scaling * low_rank).norm().item() / norm
        if best is None or specification["loftq_keep"] == "last" or error < best[3]:
            best = (stored, down, up, error)
    stored, down, up, after = best
    return stored, down, up, before, after


def adapt(model, specification, allocation, seed, quantize):
    """The model with adapters in their initial state; its weights quantized by `quantize(layer, name, values)`.

    Returns the adapted model and LoftQ's mean relative errors, None without LoftQ.
    """
    rank, alpha = specification["rank"], specification["alpha"]
    targets, start = specification["targets"], specification["init"]
    if start not in ("kaiming", "gaussian", "loftq"):
        raise TrialError(f"unknown start of adapters '{start}': this runner knows kaiming, gaussian and loftq")
    does_loftq = start == "loftq" and allocation is not None and specification["loftq_iterations"] > 0
    factors, errors = {}, []
    if allocation is not None:
        for layer in range(len(model.model.layers)):
            for name in PROJECTIONS:
                module = projection(model, layer, name)
                weight = module.weight.float()
                precision = allocation[layer][name]
                values = None
                if does_loftq and name in targets:
                    if precision in ("f32", "f16", "bf16") and relative_error(weight, round_trip(weight, precision)) == 0:
                        values = weight
                    else:
                        values, down, up, before, after = loftq(weight, precision, rank, alpha / rank, specification)
                        factors[layer, name] = (down, up)
                        errors.append((before, after))
                quantize(layer, name, values)
    torch.manual_seed(seed % (1 << 63))
    config = LoraConfig(
        r=rank, lora_alpha=alpha, target_modules=list(targets), lora_dropout=specification["dropout"], bias="none",
        init_lora_weights="gaussian" if start == "gaussian" else True, task_type="CAUSAL_LM",
    )
    adapted = get_peft_model(model, config)
    base = adapted.get_base_model()
    for (layer, name), (down, up) in factors.items():
        module = projection(base, layer, name)
        with torch.no_grad():
            module.lora_A["default"].weight.copy_(down)
            module.lora_B["default"].weight.copy_(up)
    for name, parameter in adapted.named_parameters():
        if "lora_" in name:
            parameter.data = parameter.data.float()
    mean = None
    if errors:
        mean = tuple(math.fsum(pair[index] for pair in errors) / len(errors) for index in (0, 1))
    return adapted, mean


def _pass(model, sequences, device):
    """Sum of the losses over all labelled tokens of some sequences."""
    width = max(len(tokens) for tokens, _ in sequences)
    inputs = torch.zeros((len(sequences), width), dtype=torch.long)
    labels = torch.full((len(sequences), width), _IGNORED, dtype=torch.long)
    for row, (tokens, targets) in enumerate(sequences):
        inputs[row, : len(tokens)] = torch.tensor(tokens)
        labels[row, : len(targets)] = torch.tensor(targets)
    logits = model(input_ids=inputs.to(device), use_cache=False).logits
    return torch.nn.functional.cross_entropy(
        logits.float().flatten(0, 1), labels.to(device).flatten(), ignore_index=_IGNORED, reduction="sum"
    )


def _labelled(sequences):
    return max(1, sum(label != _IGNORED for _, labels in sequences for label in labels))


def train(model, data, specification, device, report):
    """Trains the adapters; returns metrics that belong to steps."""
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(
        parameters, lr=specification["learning_rate"], betas=(0.9, 0.999), eps=1e-8,
        weight_decay=specification["weight_decay"],
    )
    steps, size = specification["recovery_steps"], specification["batch"]
    part = specification.get("micro_batch") or size
    metrics, best, kept = [], None, None
    model.train()
    for step in range(steps):
        rate = specification["learning_rate"] * rate_factor(
            specification["schedule"], step, steps, specification["warmup_steps"]
        )
        for group in optimizer.param_groups:
            group["lr"] = rate
        sequences = data.batch(step, size)
        targets = _labelled(sequences)
        loss = 0.0
        for start in range(0, len(sequences), part):
            share = _pass(model, sequences[start : start + part], device) / targets
            share.backward()
            loss += share.item()
        norm = torch.sqrt(sum((parameter.grad.double() ** 2).sum() for parameter in parameters)).item()
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise TrialError(f"training diverged at step {step}: the loss is not a finite number")
        if specification["clip"] > 0:
            scale = min(1.0, specification["clip"] / (norm + 1e-6))
            for parameter in parameters:
                parameter.grad.mul_(scale)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        report(step, steps, loss)
        is_due = (step + 1) % max(1, specification["validate_every"]) == 0 or step + 1 == steps
        if data.validation and is_due:
            value = _validation(model, data.validation, part, device)
            metrics.append({"name": "validation_loss", "value": value, "step": step})
            if best is None or value < best:
                best, kept = value, [parameter.detach().clone() for parameter in parameters]
    if kept is not None:
        with torch.no_grad():
            for parameter, value in zip(parameters, kept):
                parameter.copy_(value)
    model.eval()
    return metrics


@torch.no_grad()
def _validation(model, sequences, part, device):
    model.eval()
    total = sum(_pass(model, sequences[start : start + part], device).item() for start in range(0, len(sequences), part))
    model.train()
    return total / _labelled(sequences)
