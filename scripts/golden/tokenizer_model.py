"""Trains a small SentencePiece model and asks Transformers' LlamaTokenizer how it encodes and decodes with it.

    python scripts/golden/tokenizer_model.py README.md Tests/EngineTests/Tokenizer/Fixtures

needs sentencepiece, protobuf and transformers. The folder gets tokenizer.model, tokenizer_config.json and golden.json.
"""

import json
import pathlib
import sys

import sentencepiece
from transformers import LlamaTokenizer

TEXTS = [
    "", " ", "a", "the model", "  two spaces", "trailing ", "line\nbreak\n\nand more", "tab\tinside", "naïve café",
    "数学 and 🙂 emoji", "▁ is a piece", "<s> inside </s>", "0123456789", "Pruned models are smaller, and quantized!",
    "UPPER lower MiXeD", "a" * 40, "e\u0301 combining",
]


def main():
    text, target = sys.argv[1], pathlib.Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    sentencepiece.SentencePieceTrainer.train(
        input=text, model_prefix=str(target / "tokenizer"), vocab_size=420, model_type="bpe", byte_fallback=True,
        normalization_rule_name="identity", remove_extra_whitespaces=False, split_digits=True, num_threads=1,
        user_defined_symbols=["<|sep|>"], max_sentence_length=20000, self_test_sample_size=0)
    (target / "tokenizer.vocab").unlink()
    settings = dict(
        tokenizer_class="LlamaTokenizer", add_bos_token=True, add_eos_token=False, legacy=False, bos_token="<s>",
        eos_token="</s>", unk_token="<unk>")
    (target / "tokenizer_config.json").write_text(json.dumps(settings) + "\n")
    tokenizer = LlamaTokenizer.from_pretrained(target)
    cases = []
    for text in TEXTS + ["a<|sep|>b <|sep|> c"]:
        ids = tokenizer.encode(text)
        cases.append(dict(text=text, ids=ids, decoded=tokenizer.decode(ids, skip_special_tokens=True)))
    (target / "golden.json").write_text(json.dumps(cases, ensure_ascii=True, indent=0) + "\n")


main()
