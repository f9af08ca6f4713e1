"""Asks llama.cpp for the log-probabilities of tokens.

    echo '{"model": "model.gguf", "lora": null, "sequences": [[1, 5, 7]], "vocabulary": 512, "forced": 400}' | python scripts/llama_cpp.py

needs xllamacpp from PyPI. Prints {"log_probabilities": [[...]]}: for every sequence ln p of each
token but the first, given those before it, in nats. Keys and values are kept in float32, flash attention is off.
"""

import json
import os
import sys

# llama.cpp speaks of its loading on both streams; what is asked for goes to the real one.
ANSWER = os.dup(1)
os.dup2(2, 1)

import xllamacpp  # noqa: E402


def server(request):
    parameters = xllamacpp.CommonParams()
    parameters.model.path = request["model"]
    parameters.n_ctx = request.get("context", 256)
    parameters.n_parallel = 1
    parameters.n_gpu_layers = 0
    parameters.warmup = False
    parameters.cache_prompt = False
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    parameters.cache_type_k = xllamacpp.ggml_type.GGML_TYPE_F32
    parameters.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
    parameters.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    if request.get("lora"):
        adapter = xllamacpp.CommonAdapterLoraInfo()
        adapter.path = request["lora"]
        adapter.scale = 1.0
        parameters.lora_adapters = [adapter]
    return xllamacpp.Server(parameters)


def next_token(server, tokens, vocabulary, forced):
    """ln p of every token behind `tokens`, by id.

    What is drawn is of no interest, but where it ends the text or is half a character nothing is said of it: `forced`,
    a token that is plain text, is drawn instead. Probabilities are those before that.
    """
    answer = server.handle_completions({
        "prompt": tokens, "n_predict": 1, "n_probs": vocabulary, "temperature": -1.0, "cache_prompt": False,
        "logit_bias": [[forced, 1000.0]]})
    content = answer["choices"][0]["logprobs"]["content"][0]
    return {entry["id"]: entry["logprob"] for entry in content["top_logprobs"]}


def main():
    request = json.load(sys.stdin)
    running = server(request)
    result = []
    for sequence in request["sequences"]:
        values = []
        for position in range(1, len(sequence)):
            found = next_token(running, sequence[:position], request["vocabulary"], request["forced"])
            values.append(found[sequence[position]])
        result.append(values)
    os.write(ANSWER, (json.dumps({"log_probabilities": result}) + "\n").encode())
    os._exit(0)


main()
