"""PyTorch's side of the benchmark: the same work as qpx, on one thread, asked for line by line.

Reads one JSON request per line from standard input and answers each with one JSON line. The model is a plain LLaMA in
torch.nn.functional (fused attention, no framework around it), which is faster than the usual model classes. Times are
processor time, as on qpx's side.
"""
import json
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

try:
    import bitsandbytes.functional as bitsandbytes
except Exception:  # Quantization is then measured on qpx's side alone.
    bitsandbytes = None

torch.set_num_threads(1)
PROJECTIONS = {
    "q_proj": "self_attn", "k_proj": "self_attn", "v_proj": "self_attn", "o_proj": "self_attn",
    "gate_proj": "mlp", "up_proj": "mlp", "down_proj": "mlp",
}


class Llama:
    def __init__(self, folder, dtype=torch.float32):
        with open(os.path.join(folder, "config.json")) as file:
            c = json.load(file)
        if c.get("rope_scaling"):
            raise SystemExit("rope_scaling is not part of this benchmark")
        names = sorted(n for n in os.listdir(folder) if n.endswith(".safetensors"))
        self.weights = {}
        for name in names:
            self.weights.update({k: v.to(dtype) for k, v in load_file(os.path.join(folder, name)).items()})
        self.layers = c["num_hidden_layers"]
        self.heads = c["num_attention_heads"]
        self.kv_heads = c.get("num_key_value_heads", self.heads)
        self.d = c.get("head_dim") or c["hidden_size"] // self.heads
        self.epsilon = c["rms_norm_eps"]
        self.dtype = dtype
        self.head = self.weights.get("lm_head.weight", self.weights["model.embed_tokens.weight"])
        positions = torch.arange(c["max_position_embeddings"]).float()
        frequencies = 1 / (c.get("rope_theta", 10000.0) ** (torch.arange(0, self.d, 2).float() / self.d))
        angles = torch.outer(positions, frequencies)
        self.cos = torch.cat([angles.cos(), angles.cos()], -1).to(dtype)
        self.sin = torch.cat([-angles.sin(), angles.sin()], -1).to(dtype)
        self.adapters = None
        self.scaling = 0.0

    def linear(self, x, layer, name):
        key = f"model.layers.{layer}.{PROJECTIONS[name]}.{name}.weight"
        y = F.linear(x, self.weights[key])
        if self.adapters:
            down, up = self.adapters[key]
            y = y + F.linear(F.linear(x, down) * self.scaling, up)
        return y

    def norm(self, x, name):
        return F.rms_norm(x, (x.shape[-1],), self.weights[name], self.epsilon)

    def rotate(self, x):
        half = self.d // 2
        turned = torch.cat([x[..., half:], x[..., :half]], -1)
        return x * self.cos[: x.shape[-2]] + turned * self.sin[: x.shape[-2]]

    def hidden(self, tokens):
        """[batch, length] token ids to [batch, length, hidden] after the final norm. Right padding needs no mask."""
        batch, length = tokens.shape
        x = F.embedding(tokens, self.weights["model.embed_tokens.weight"])
        for layer in range(self.layers):
            h = self.norm(x, f"model.layers.{layer}.input_layernorm.weight")
            q = self.linear(h, layer, "q_proj").view(batch, length, self.heads, self.d).transpose(1, 2)
            k = self.linear(h, layer, "k_proj").view(batch, length, self.kv_heads, self.d).transpose(1, 2)
            v = self.linear(h, layer, "v_proj").view(batch, length, self.kv_heads, self.d).transpose(1, 2)
            a = F.scaled_dot_product_attention(
                self.rotate(q), self.rotate(k), v, is_causal=True, enable_gqa=self.heads != self.kv_heads)
            x = x + self.linear(a.transpose(1, 2).reshape(batch, length, -1), layer, "o_proj")
            h = self.norm(x, f"model.layers.{layer}.post_attention_layernorm.weight")
            h = F.silu(self.linear(h, layer, "gate_proj")) * self.linear(h, layer, "up_proj")
            x = x + self.linear(h, layer, "down_proj")
        return self.norm(x, "model.norm.weight")


def score(model, requests, batch_size=16):
    """Log-likelihood of each request's tail, longest requests first, padded to the longest of a batch."""
    order = sorted(range(len(requests)), key=lambda i: -len(requests[i]["tokens"]))
    values, greedy = [0.0] * len(requests), [False] * len(requests)
    with torch.inference_mode():
        for first in range(0, len(order), batch_size):
            chosen = order[first : first + batch_size]
            width = len(requests[chosen[0]]["tokens"]) - 1
            tokens = torch.zeros(len(chosen), width, dtype=torch.long)
            rows, columns, targets, counts = [], [], [], []
            for row, index in enumerate(chosen):
                ids, start = requests[index]["tokens"], requests[index]["start"]
                tokens[row, : len(ids) - 1] = torch.tensor(ids[:-1])
                rows += [row] * (len(ids) - start)
                columns += range(start - 1, len(ids) - 1)
                targets += ids[start:]
                counts.append(len(ids) - start)
            logits = F.linear(model.hidden(tokens)[rows, columns], model.head)
            wanted = torch.tensor(targets)
            chosen_values = F.log_softmax(logits, -1)[torch.arange(len(targets)), wanted]
            right = logits.argmax(-1) == wanted
            for index, part, hits in zip(chosen, chosen_values.split(counts), right.split(counts)):
                values[index] = part.sum(dtype=torch.float64).item()
                greedy[index] = bool(hits.all())
    return values, greedy


def train(model, work):
    """LoRA on every projection; the loss of each step before its update."""
    factors, elements = [], np.fromfile(work["factors"], dtype=np.float32)
    model.adapters, start = {}, 0
    for item in work["shapes"]:
        pair = []
        for rows, columns in (item["down"], item["up"]):
            part = elements[start : start + rows * columns].reshape(rows, columns)
            pair.append(torch.nn.Parameter(torch.from_numpy(part.copy())))
            start += rows * columns
        model.adapters[item["name"]] = pair
        factors += pair
    model.scaling = work["scaling"]
    optimizer = torch.optim.AdamW(factors, lr=work["learning_rate"], weight_decay=0.0, fused=True)
    losses, batches = [], [torch.tensor(batch) for batch in work["batches"]]
    begin = time.process_time()
    for batch in batches:
        logits = F.linear(model.hidden(batch)[:, :-1].flatten(0, 1), model.head)
        loss = F.cross_entropy(logits, batch[:, 1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(factors, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    seconds = time.process_time() - begin
    model.adapters = None
    return seconds, losses


def importance(model, sequences, order):
    """Sums over gate, up and down of |w g| (first order) or w^2 mean of squared gradients (second), per MLP channel."""
    names = [f"model.layers.{l}.{PROJECTIONS[n]}.{n}.weight" for l in range(model.layers) for n in PROJECTIONS]
    tokens = torch.tensor(sequences)
    begin = time.process_time()
    for name in names:
        model.weights[name].requires_grad_(True)
    wanted = [model.weights[name] for name in names]

    def gradients(batch):
        logits = F.linear(model.hidden(batch)[:, :-1].flatten(0, 1), model.head)
        return torch.autograd.grad(F.cross_entropy(logits, batch[:, 1:].flatten()), wanted)

    if order == "first":
        parts = gradients(tokens)
    else:
        parts = [torch.zeros_like(weight) for weight in wanted]
        for sample in tokens:
            for part, gradient in zip(parts, gradients(sample[None])):
                part.addcmul_(gradient, gradient, value=1 / len(tokens))
    values = []
    with torch.no_grad():
        saliences = {
            name: (weight * part if order == "first" else weight * part * weight).abs()
            for name, weight, part in zip(names, wanted, parts)
        }
        for layer in range(model.layers):
            member = lambda name, axis: saliences[f"model.layers.{layer}.mlp.{name}.weight"].sum(axis, dtype=torch.float64)
            values += (member("gate_proj", 1) + member("up_proj", 1) + member("down_proj", 0)).tolist()
    seconds = time.process_time() - begin
    for weight in wanted:
        weight.requires_grad_(False)
    return seconds, values


def quantize(rows, columns, precision):
    """Seconds to quantize a random matrix in blocks of 64; None without bitsandbytes."""
    if bitsandbytes is None:
        return None
    weights = torch.rand(rows, columns, generator=torch.Generator().manual_seed(1)) - 0.5
    begin = time.process_time()
    bitsandbytes.quantize_4bit(weights, blocksize=64, quant_type=precision)
    return time.process_time() - begin


def product(rows, columns, inner, library, seconds=0.05):
    """Seconds of the fastest a @ b.T, a: [rows, inner], b: [columns, inner]."""
    a, b = np.ones((rows, inner), np.float32), np.ones((columns, inner), np.float32)
    if library == "torch":
        a, b = torch.from_numpy(a), torch.from_numpy(b)
        c = torch.empty(rows, columns)
        run = lambda: torch.matmul(a, b.t(), out=c)
    else:
        c = np.empty((rows, columns), np.float32)
        run = lambda: np.matmul(a, b.T, out=c)
    best, end = float("inf"), time.process_time() + seconds
    while time.process_time() < end:
        begin = time.process_time()
        run()
        best = min(best, time.process_time() - begin)
    return best


def main():
    model, low, work = None, None, {}
    for line in sys.stdin:
        request = json.loads(line)
        do = request["do"]
        if do == "load":
            work = request
            model = Llama(work["model"])
            low = Llama(work["model"], torch.bfloat16)
            answer = {"version": torch.__version__.split("+")[0]}
        elif do == "score":
            begin = time.process_time()
            values, greedy = score(low if request["bfloat16"] else model, work[request["what"]])
            answer = {"seconds": time.process_time() - begin, "values": values}
        elif do == "train":
            seconds, losses = train(model, work["training"])
            answer = {"seconds": seconds, "values": losses}
        elif do == "importance":
            seconds, values = importance(model, request["sequences"], request["order"])
            answer = {"seconds": seconds, "values": values}
        elif do == "quantize":
            answer = {"seconds": quantize(request["rows"], request["columns"], request["precision"])}
        else:
            answer = {
                "seconds": product(request["rows"], request["columns"], request["inner"], request["library"])}
        print(json.dumps(answer), flush=True)


main()
