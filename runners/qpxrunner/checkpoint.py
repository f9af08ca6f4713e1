"""Checkpoints as qpx writes them: LLaMA models whose layers may have different widths."""

import copy
import json
import os

import torch
from safetensors import safe_open
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.models.llama.modeling_llama import LlamaDecoderLayer, LlamaRotaryEmbedding

from .errors import TrialError

PROJECTIONS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
_WIDTHS = ("intermediate_size", "num_attention_heads", "num_key_value_heads")


def projection(model, layer, name):
    """The linear module of a layer."""
    block = model.model.layers[layer]
    return getattr(block.self_attn if name in PROJECTIONS[:4] else block.mlp, name)


def set_projection(model, layer, name, module):
    """Puts another module in its place."""
    block = model.model.layers[layer]
    setattr(block.self_attn if name in PROJECTIONS[:4] else block.mlp, name, module)


def read_configuration(folder):
    """The content of config.json."""
    path = os.path.join(folder, "config.json")
    try:
        with open(path, encoding="utf-8") as file:
            configuration = json.load(file)
    except (OSError, ValueError) as error:
        raise TrialError(f"{path}: cannot be read: {error}") from error
    if configuration.get("model_type") != "llama":
        raise TrialError(f"{path}: model_type is {configuration.get('model_type')!r}, not 'llama'")
    return configuration


def layer_widths(configuration):
    """Of each layer: intermediate size, heads, key-value heads. One number in the file is meant for all layers."""
    layers = configuration["num_hidden_layers"]
    columns = []
    for key in _WIDTHS:
        value = configuration.get(key, configuration["num_attention_heads"])
        values = value if isinstance(value, list) else [value] * layers
        if len(values) != layers:
            raise TrialError(f"config.json: {key} has {len(values)} entries for {layers} layers")
        columns.append(values)
    return list(zip(*columns))


def load(folder, dtype, device):
    """The model with its weights in `dtype` on `device`."""
    if os.path.exists(os.path.join(folder, "quantization.json")):
        raise TrialError(f"{folder}: is quantized already; a trial begins with unquantized weights")
    configuration = read_configuration(folder)
    widths = layer_widths(configuration)
    plain = dict(configuration)
    plain["head_dim"] = configuration.get("head_dim") or configuration["hidden_size"] // widths[0][1]
    # Widths that suit any check; every layer gets its own below.
    plain.update(intermediate_size=widths[0][0], num_attention_heads=1, num_key_value_heads=1, use_cache=False)
    config = LlamaConfig(**plain)
    config._attn_implementation = "sdpa"
    with torch.device("meta"):
        model = LlamaForCausalLM(config)
        for index, (intermediate, heads, key_value_heads) in enumerate(widths):
            if heads % key_value_heads:
                raise TrialError(f"layer {index}: {heads} heads do not divide among {key_value_heads} key-value heads")
            own = copy.deepcopy(config)
            own.intermediate_size, own.num_attention_heads, own.num_key_value_heads = intermediate, heads, key_value_heads
            own._attn_implementation = "sdpa"
            model.model.layers[index] = LlamaDecoderLayer(own, index)
    weights = _weights(folder, dtype, device)
    missing, unexpected = model.load_state_dict(weights, strict=False, assign=True)
    if model.config.tie_word_embeddings:
        model.lm_head.weight = model.model.embed_tokens.weight
        missing = [name for name in missing if name != "lm_head.weight"]
    unexpected = [name for name in unexpected if not name.endswith("rotary_emb.inv_freq")]
    if missing or unexpected:
        raise TrialError(f"{folder}: tensors do not fit: missing {missing[:3]}, unknown {unexpected[:3]}")
    # Buffers are no part of a checkpoint.
    model.model.rotary_emb = LlamaRotaryEmbedding(config).to(device)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model.eval()


def _weights(folder, dtype, device):
    weights = {}
    names = sorted(name for name in os.listdir(folder) if name.endswith(".safetensors"))
    if not names:
        raise TrialError(f"{folder}: holds no safetensors file")
    for name in names:
        with safe_open(os.path.join(folder, name), framework="pt", device=str(device)) as file:
            for key in file.keys():
                weights[key] = file.get_tensor(key).to(dtype)
    return weights


def parameter_count(model):
    """Numbers in all weights, tied ones once."""
    return sum(parameter.numel() for parameter in {id(p): p for p in model.parameters()}.values())
