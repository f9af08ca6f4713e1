"""A trial from its message to the reply."""

import sys

import torch

from . import checkpoint, evaluation, precisions, recovery
from .errors import TrialError
from .text import Encoder, read

PROTOCOL = 1


class Settings:
    """How this machine computes; the trial itself says what."""

    def __init__(self, device="auto", dtype="auto", storage="simulated", quiet=False):
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        self.device = torch.device(device)
        is_cpu = self.device.type == "cpu"
        self.dtype = getattr(torch, ("float32" if is_cpu else "bfloat16") if dtype == "auto" else dtype)
        self.storage = storage
        if storage == "bitsandbytes" and is_cpu:
            raise TrialError("--storage bitsandbytes needs a GPU: its kernels for the CPU do not take every shape")
        self.quiet = quiet

    def say(self, text):
        if not self.quiet:
            print(text, file=sys.stderr, flush=True)


def check(message):
    """Refuses what is not a message of this protocol, or not one for this runner."""
    if not isinstance(message, dict) or message.get("protocol") != PROTOCOL:
        found = message.get("protocol") if isinstance(message, dict) else type(message).__name__
        raise TrialError(f"the message's protocol is {found!r}; this runner speaks {PROTOCOL}")
    for key in ("trial", "model", "base", "recovers", "allocation", "seed", "specification"):
        if key not in message:
            raise TrialError(f"the message has no {key}")
    if message["model"] is None:
        raise TrialError("the trial has no model: a search with --space needs an evaluator of its own")


def modules_of(allocation):
    """The precision of each projection of each layer."""
    layers = []
    for entry in allocation:
        names = entry.split("/")
        if len(names) == 1:
            names = names * len(checkpoint.PROJECTIONS)
        if len(names) != len(checkpoint.PROJECTIONS):
            raise TrialError(f"'{entry}' names {len(names)} precisions, not 1 or {len(checkpoint.PROJECTIONS)}")
        layers.append(dict(zip(checkpoint.PROJECTIONS, names)))
    return layers


def packed_module(weight, form, dtype):
    """A linear module that holds the weights packed, with the codes and scales of qpx; it packs them on its first move
    to a device."""
    import bitsandbytes

    family, block, is_double = form
    module = bitsandbytes.nn.Linear4bit(
        weight.shape[1], weight.shape[0], bias=False, compute_dtype=dtype, compress_statistics=is_double,
        quant_type=family, device="cpu",
    )
    module.weight = bitsandbytes.nn.Params4bit(
        weight.data.float().cpu(), requires_grad=False, blocksize=block, compress_statistics=is_double,
        quant_type=family, module=module,
    )
    return module


class Quantizer:
    """Puts quantized weights into a model."""

    def __init__(self, model, allocation, settings):
        self.model, self.allocation, self.settings = model, allocation, settings

    def __call__(self, layer, name, values=None):
        """Quantizes one matrix; `values` are its quantized numbers where they are known already."""
        module = checkpoint.projection(self.model, layer, name)
        precision = self.allocation[layer][name]
        form = precisions.bits_and_bytes_form(precision) if self.settings.storage == "bitsandbytes" else None
        if values is None and form is not None:
            checkpoint.set_projection(self.model, layer, name, self._packed(module, form))
            return
        if values is None:
            values = precisions.round_trip(module.weight.float(), precision)
        module.weight.data = values.to(self.settings.dtype)

    def _packed(self, module, form):
        return packed_module(module.weight, form, self.settings.dtype).to(self.settings.device)

    def ends(self, specification):
        """Embedding and output head, where the search gives them a precision."""
        for key, module in (
            ("embedding_precision", self.model.model.embed_tokens), ("head_precision", self.model.lm_head),
        ):
            precision = specification.get(key)
            if precision is None or (key == "head_precision" and self.model.config.tie_word_embeddings):
                continue
            values = precisions.round_trip(module.weight.float(), precision).to(self.settings.dtype)
            module.weight.data = values


def run(message, settings):
    """The reply to a message."""
    check(message)
    specification = message["specification"]
    folder = message["model"]
    if message["base"] == "pruned" and message.get("pruned_model"):
        folder = message["pruned_model"]
    settings.say(f"{message['trial']}: {folder} on {settings.device.type}, {str(settings.dtype).removeprefix('torch.')}")
    # The tokenizer is the intact model's: pruning leaves it alone.
    encoder = Encoder(message["model"])
    model = checkpoint.load(folder, settings.dtype, settings.device)
    context_length = model.config.max_position_embeddings
    parameters = checkpoint.parameter_count(model)
    allocation = None
    if message["allocation"] is not None:
        allocation = modules_of(message["allocation"])
        if len(allocation) != len(model.model.layers):
            raise TrialError(f"the allocation has {len(allocation)} layers, the model {len(model.model.layers)}")
    quantizer = Quantizer(model, allocation, settings)
    if allocation is not None:
        quantizer.ends(specification)
    metrics = [{"name": "parameters", "value": parameters}]
    trained, errors = [], None
    if message["recovers"] and specification["recovery_steps"] > 0:
        if specification.get("epochs") is not None:
            raise TrialError("epochs: say how many recovery_steps instead")
        data = training_data(specification, encoder, message["seed"])
        model, errors = recovery.adapt(model, specification, allocation, message["seed"], quantizer)
        adapters = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
        metrics.append({"name": "adapter_parameters", "value": adapters})

        def report(step, steps, loss):
            if step % max(1, steps // 20) == 0 or step + 1 == steps:
                settings.say(f"{message['trial']}: step {step + 1} of {steps}, loss {loss:.4f}")

        trained = recovery.train(model, data, specification, settings.device, report)
    else:
        metrics.append({"name": "adapter_parameters", "value": 0})
        if allocation is not None:
            for layer in range(len(model.model.layers)):
                for name in checkpoint.PROJECTIONS:
                    quantizer(layer, name)
    if errors is not None:
        metrics.append({"name": "loftq_error_before", "value": errors[0]})
        metrics.append({"name": "loftq_error", "value": errors[1]})
    metrics += trained
    model.eval()
    found, objective = evaluation.evaluate(
        specification, encoder, evaluation.Scorer(model, settings.device), context_length
    )
    metrics += found
    return reply(metrics, objective, message.get("objective", {}).get("name"))


def reply(metrics, objective, name):
    """The reply; the objective is said outright where it is qpx's own accuracy or loss."""
    answer = {"protocol": PROTOCOL, "metrics": metrics}
    if name in ("accuracy", "loss") and objective is not None:
        keys = ("value", "standard_error")
        answer["objective"] = {key: objective[key] for key in keys if objective.get(key) is not None}
    return answer


def training_data(specification, encoder, seed):
    """What the specification trains on."""
    if specification.get("recovery_text"):
        tokens = encoder.encode_documents(read(specification["recovery_text"]))
        return recovery.Windows(tokens, specification["sequence_length"], seed)
    if specification.get("recovery_data"):
        return recovery.Instructions(specification["recovery_data"], encoder, specification, seed)
    raise TrialError("there is nothing to train on: name --recovery-text or --recovery-data")
