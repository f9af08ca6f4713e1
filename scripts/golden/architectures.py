"""Makes tiny random models of every architecture and what Transformers computes with them.

    python scripts/golden/architectures.py Tests/EngineTests/Architectures/Fixtures

needs torch, transformers and safetensors. Every model gets a folder with config.json and model.safetensors as
Transformers writes them, and golden.safetensors: token ids, logits [tokens, vocabulary], the mean next-token loss in
nats, and its gradient with respect to some of the weights. Weights are bfloat16, computing is float32.
"""

import json
import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file

TOKENS = 40

COMMON = dict(
    vocab_size=64, hidden_size=24, intermediate_size=40, num_hidden_layers=3, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=64, bos_token_id=1, eos_token_id=2, pad_token_id=0,
    tie_word_embeddings=False, rms_norm_eps=1e-5)


def rope(theta=10000.0, **scaling):
    return dict(rope_theta=theta, **(scaling or dict(rope_type="default")))


MODELS = {
    "llama-1": ("Llama", dict(num_key_value_heads=4, rms_norm_eps=1e-6, rope_parameters=rope())),
    "llama-3": ("Llama", dict(
        head_dim=16, tie_word_embeddings=True, rope_parameters=rope(
            500000.0, rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
            original_max_position_embeddings=32))),
    "llama-biases": ("Llama", dict(attention_bias=True, mlp_bias=True, rope_parameters=rope())),
    "vicuna-16k": ("Llama", dict(num_key_value_heads=4, rope_parameters=rope(rope_type="linear", factor=8.0))),
    "smollm-2": ("Llama", dict(tie_word_embeddings=True, rope_parameters=rope(100000.0))),
    "mistral": ("Mistral", dict(sliding_window=7, rope_parameters=rope())),
    "mistral-nemo": ("Mistral", dict(sliding_window=None, head_dim=8, rope_parameters=rope(1000000.0))),
    "qwen-2": ("Qwen2", dict(tie_word_embeddings=True, rope_parameters=rope(1000000.0))),
    "qwen-2-windows": ("Qwen2", dict(
        use_sliding_window=True, sliding_window=5, max_window_layers=1, rope_parameters=rope())),
    "qwen-3": ("Qwen3", dict(head_dim=16, tie_word_embeddings=True, rope_parameters=rope(1000000.0))),
    "qwen-3-biases": ("Qwen3", dict(
        head_dim=8, attention_bias=True, use_sliding_window=True, sliding_window=6, max_window_layers=2,
        rope_parameters=rope())),
    "smollm-3": ("SmolLM3", dict(no_rope_layer_interval=2, rope_parameters=rope(2000000.0))),
}


def randomize(model, generator):
    """Weights wide enough that a missing bias, norm or rotation shows in the second digit."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            if name.endswith("norm.weight"):
                value = 1 + 0.3 * noise
            elif name.endswith("bias"):
                value = 0.5 * noise
            else:
                value = 0.25 * noise
            weight.copy_(value.to(torch.bfloat16).float())


def make(folder, kind, options, seed):
    configuration = getattr(transformers, kind + "Config")(**{**COMMON, **options})
    generator = torch.Generator().manual_seed(seed)
    model = getattr(transformers, kind + "ForCausalLM")._from_config(configuration, attn_implementation="eager").float()
    randomize(model, generator)
    tokens = torch.randint(3, COMMON["vocab_size"], (1, TOKENS), generator=generator)
    tokens[0, 0] = 1
    output = model(tokens, labels=tokens)
    output.loss.backward()
    golden = {
        "tokens": tokens[0].int(), "logits": output.logits[0].detach().clone(),
        "loss": output.loss.detach().reshape(1).clone(),
    }
    last = COMMON["num_hidden_layers"] - 1
    for name, weight in model.named_parameters():
        inside = any(f"layers.{layer}." in name for layer in (0, last))
        if inside and (weight.dim() == 1 or "q_proj" in name or "k_proj" in name or "down_proj" in name):
            golden["gradient." + name] = weight.grad.clone()
    folder.mkdir(parents=True, exist_ok=True)
    model.to(torch.bfloat16).save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    save_file({name: value.contiguous() for name, value in golden.items()}, folder / "golden.safetensors")


def main():
    target = pathlib.Path(sys.argv[1])
    for seed, (name, (kind, options)) in enumerate(MODELS.items()):
        make(target / name, kind, options, seed)
        print(name)
    versions = dict(torch=torch.__version__, transformers=transformers.__version__)
    (target / "versions.json").write_text(json.dumps(versions) + "\n")


main()
