"""Makes the fixtures that tasks are tested with: invented rows in the layouts in which the data sets are published, and the
prompts that lm-evaluation-harness itself makes of them.

    python -m venv golden && golden/bin/pip install lm_eval==0.4.13 datasets
    HF_HUB_OFFLINE=1 golden/bin/python scripts/golden/tasks.py Tests/EngineTests/Evaluation/Fixtures/Tasks

The harness reads rows in the form of Hugging Face; the same rows are written in the other forms for qpx alone. Nothing is
downloaded, and the same output comes out every time.
"""

import json
import os
import random
import sys
from pathlib import Path

from lm_eval.tasks import TaskManager
from lm_eval.tasks.hellaswag.utils import preprocess

WORDS = """lantern Käse river über slow 北京 42 the copper gravel naïve wind's e\u0301tude half-open (round) "quoted"
 \u2019tis 3.5 km snow moss Ωmega sun _ ,then grey; ferry KITE""".split()
WORDS.remove("_")


def words(rng, low, high):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(low, high)))


def odd(rng, text):
    """Text with blanks where one does not expect them, now and then."""
    kind = rng.randint(0, 6)
    return {0: " " + text, 1: text + " ", 2: text.replace(" ", "  ", 1), 3: text + "\u00a0", 4: "\t" + text}.get(kind, text)


def boolq(rng, index):
    return {"question": odd(rng, words(rng, 3, 7)), "passage": odd(rng, words(rng, 8, 15)) + rng.choice(["", "\nMore."]),
            "idx": index, "label": rng.randint(0, 1)}


def piqa(rng, index):
    return {"goal": odd(rng, words(rng, 3, 6)), "sol1": words(rng, 3, 8), "sol2": odd(rng, words(rng, 1, 5)),
            "label": rng.randint(0, 1)}


def hellaswag(rng, index):
    def messy(low, high):
        parts = words(rng, low, high).split(" ")
        for mark in rng.sample(["[header]", "[title]", "[step]", "[sub\nsteps]", "  ", "[a [b] c]", "[open", "]", "   "], 3):
            parts.insert(rng.randint(0, len(parts)), mark)
        return odd(rng, " ".join(parts))

    return {"ind": index, "activity_label": rng.choice(["Ironing", "Cutting the [x] grass", " Ski ", "Éclairs"]),
            "ctx_a": messy(4, 8),
            "ctx_b": rng.choice(["", "then THE Man", "ÉTÉ À PARIS", "ΟΔΟΣ ΟΔΟΣ. Σ", "ßtraße", "ǆ ǅ", "a  [title] B", "İstanbul"]),
            "ctx": "not used", "endings": [messy(3, 7) for _ in range(4)], "source_id": f"made~{index}", "split": "val",
            "split_type": "indomain", "label": str(rng.randint(0, 3))}


def winogrande(rng, index):
    gap = rng.choice(["_ ", "_, ", "_", "_'s "])
    end = rng.choice([words(rng, 3, 6) + ".", words(rng, 2, 4) + " _ again. ", "was tall.\u00a0", "!"])
    return {"sentence": words(rng, 2, 5) + rng.choice([" ", "", "  "]) + gap + end, "option1": words(rng, 1, 2),
            "option2": odd(rng, words(rng, 1, 2)), "answer": rng.choice("12")}


def arc(rng, index):
    count = rng.randint(3, 5)
    labels = list(rng.choice(["ABCDE", "12345"])[:count])
    return {"id": f"made_{index}", "question": odd(rng, words(rng, 4, 9)) + rng.choice(["?", "", " ."]),
            "choices": {"text": [odd(rng, words(rng, 1, 4)) for _ in labels], "label": labels},
            "answerKey": rng.choice(labels)}


def openbookqa(rng, index):
    row = arc(rng, index)
    labels = list("ABCD")
    return {"id": row["id"], "question_stem": row["question"],
            "choices": {"text": [words(rng, 1, 4) for _ in labels], "label": labels},
            "answerKey": rng.choice(["", " "]) + rng.choice(labels)}


def blimp(rng, index):
    good = words(rng, 3, 6)
    return {"sentence_good": good + ".", "sentence_bad": good.replace(" ", " not ", 1) + ".", "pairID": str(index)}


def original_arc(row):
    """A row in the form of the AI2's own files."""
    choices = row["choices"]
    stem = row.get("question_stem", row.get("question"))
    return {"id": row["id"], "question": {"stem": stem, "choices": [
        {"text": text, "label": label} for text, label in zip(choices["text"], choices["label"], strict=True)]},
        "answerKey": row["answerKey"]}


def without(row, *fields):
    return {key: value for key, value in row.items() if key not in fields}


SPLITS = {"validation": ("validation", 6), "test": ("test", 6), "train": ("train", 30)}

TASKS = {
    "boolq": (boolq, ["train", "validation"]), "piqa": (piqa, ["train", "validation"]),
    "hellaswag": (hellaswag, ["train", "validation"]), "winogrande": (winogrande, ["train", "validation"]),
    "arc_easy": (arc, ["train", "validation", "test"]), "arc_challenge": (arc, ["train", "validation", "test"]),
    "openbookqa": (openbookqa, ["train", "validation", "test"]),
    "blimp_adjunct_island": (blimp, ["train"]), "blimp_causative": (blimp, ["train"]),
}


def rows_of(name):
    make, splits = TASKS[name]
    rng = random.Random(f"rows of {name}")
    rows = {split: [make(rng, index) for index in range(SPLITS[split][1])] for split in splits}
    if "validation" in rows and "test" not in rows:
        # Questions that are among the examples as well, some of them several times.
        rows["train"][3] = rows["validation"][0]
        for place in (5, 6, 7, 8, 9, 10, 11, 12, 13):
            rows["train"][place] = rows["validation"][1]
    if name.startswith("blimp"):
        rows["train"] = [row | {"UID": name.removeprefix("blimp_")} for row in rows["train"][:5]]
    return rows


def write_lines(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def write_list(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, ensure_ascii=True, indent=1) + "\n", encoding="utf-8")


def write_layouts(folder, name, rows):
    """The rows as `datasets` writes them, and as the authors of the data set published them."""
    hub, own = folder / "hub", folder / "original"
    if name.startswith("blimp"):
        paradigm = name.removeprefix("blimp_")
        write_lines(own / "blimp-master/data" / f"{paradigm}.jsonl", rows["train"])
        write_list(hub / "blimp" / paradigm / "train-00000-of-00001.json", rows["train"])
        return
    repository = {"boolq": "super_glue/boolq", "winogrande": "winogrande/winogrande_xl", "arc_easy": "ai2_arc/ARC-Easy",
                  "arc_challenge": "ai2_arc/ARC-Challenge", "openbookqa": "openbookqa/main"}.get(name, name)
    for split, part in rows.items():
        half = (len(part) + 1) // 2
        for number, shard in enumerate([part[:half], part[half:]]):
            write_lines(hub / repository / f"{split}-{number:05}-of-00002.jsonl", shard)
    for split, part in rows.items():
        if name == "boolq":
            short = {"validation": "dev", "train": "train"}[split]
            write_lines(own / f"BoolQ/{short}.jsonl", [
                without(row, "label", "idx") | {"title": "Of no use", "answer": bool(row["label"]), "n": row["idx"]}
                for row in part])
        elif name == "piqa":
            short = {"validation": "valid", "train": "train"}[split]
            write_lines(own / f"piqa/{short}.jsonl", [without(row, "label") for row in part])
            (own / f"piqa/{short}-labels.lst").write_text("".join(f"{row['label']}\n" for row in part))
        elif name == "hellaswag":
            short = {"validation": "val", "train": "train"}[split]
            write_lines(own / f"hellaswag/hellaswag_{short}.jsonl", [row | {"label": int(row["label"])} for row in part])
        elif name == "winogrande":
            short = {"validation": "dev", "train": "train_xl"}[split]
            write_lines(own / f"winogrande_1.1/{short}.jsonl", part)
        elif name.startswith("arc"):
            base = {"arc_easy": "ARC-Easy", "arc_challenge": "ARC-Challenge"}[name]
            short = {"validation": "Dev", "train": "Train", "test": "Test"}[split]
            write_lines(own / f"ARC-V1-Feb2018-2/{base}/{base}-{short}.jsonl", [original_arc(row) for row in part])
        else:
            short = {"validation": "dev"}.get(split, split)
            write_lines(own / f"OpenBookQA-V1-Sep2018/Data/Main/{short}.jsonl", [original_arc(row) for row in part])


def prompts(manager, folder, name, shots, limit):
    files = {}
    for split, part in rows_of(name).items():
        files[split] = str(folder / name / f"{split}.jsonl")
        write_lines(Path(files[split]), part)
    task = manager._factory.build(
        manager._entry(name), registry=manager._index,
        overrides={"dataset_path": "json", "dataset_name": None, "dataset_kwargs": {
            "data_files": files, "cache_dir": str(folder / "cache")}})
    # What `simple_evaluate` does: a task that says 0 itself keeps it.
    if task.get_config("num_fewshot") != 0:
        task.set_config("num_fewshot", shots)
    task.set_fewshot_seed(1234)
    task.build_all_requests(limit=limit)
    documents = {}
    for instance in task.instances:
        documents.setdefault(instance.doc_id, []).append(list(instance.args))
    gold = [task.doc_to_text(doc) if task.multiple_input else task.doc_to_target(doc) for doc in task.eval_docs]
    return [{"requests": requests, "gold": gold[index]} for index, requests in documents.items()]


def compact(documents):
    """A context that all requests share is written once."""
    result = []
    for document in documents:
        contexts = [context for context, _ in document["requests"]]
        result.append({"contexts": contexts[:1] if len(set(contexts)) == 1 else contexts,
                       "continuations": [continuation for _, continuation in document["requests"]],
                       "gold": document["gold"]})
    return result


def wikitext(folder, out):
    from lm_eval.tasks.wikitext.preprocess_wikitext import process_results, wikitext_detokenizer

    lines = [" ", " = Grey Ferry ( boat ) = ", " ", " The ferry 's hull , 3 @.@ 5 km of \" grey \" steel ; N marks . ", " ",
             " = = History = = ", " ", " In 1 @,@ 902 half @-@ open boats ' s ' rode the Käse river : why ? ", " ",
             " = = = Later = = = ", " It closed ! ", " ", " = 北京 moss = ", " ", " Moss ( Bryophyta ) { green } [ old ] grows . ", " "]
    text = "\n".join(lines) + "\n"
    pages, page = [], []
    # The data set of whole articles: a new one begins at each title of the first level.
    for line in text.split("\n"):
        plain = line.replace("= = =", "===").replace("= =", "==").strip()
        if plain.startswith("= ") and plain.endswith(" ="):
            if "\n".join(page).strip():
                pages.append("\n".join(page))
            page = []
        page.append(line)
    pages.append("\n".join(page))
    (folder / "original/wikitext-2-raw").mkdir(parents=True, exist_ok=True)
    (folder / "original/wikitext-2-raw/wiki.test.raw").write_text(text, encoding="utf-8")
    write_lines(folder / "hub/wikitext/wikitext-2-raw-v1/test-00000-of-00001.jsonl",
                [{"text": line + "\n" if line.strip() else ""} for line in lines])
    write_lines(folder / "hub/wikitext_document_level/wikitext-2-raw-v1/pages.jsonl", [{"page": page} for page in pages])
    results = [process_results({"page": page}, (-1.0,)) for page in pages]
    write_lines(out / "wikitext.jsonl", [
        {"scored": wikitext_detokenizer({"page": page}), "words": result["word_perplexity"][1],
         "bytes": result["byte_perplexity"][1]} for page, result in zip(pages, results, strict=True)])


def texts(out):
    samples = ["", "a", "HELLO wORLD", "ÉTÉ À PARIS", "ΟΔΟΣ ΟΔΟΣ. Σ", "ΑΣ", "Σ", "ßtraße", "ǆ ǅ", "İstanbul I", "ﬁne", "1a B",
               " lead", "\u00a0x\u2003", "\x1cx\x1f", "  a   b    ", "x [title] y", "[title] z", "a [b] c [d\ne] f] [g",
               "[a [b] c]", "x [] y", "A\u03a3\u0301", "A\u03a3\u0301b", "[title]  [title]"]
    write_lines(out / "text.jsonl", [
        {"text": text, "stripped": text.strip(), "capitalized": text.capitalize(), "cleaned": preprocess(text)}
        for text in samples])


def draws(out):
    rows = []
    for seed in (0, 1, 1234, 2**32 - 1, 2**32, 2**40 + 7, 2**64 - 1):
        rng = random.Random(seed)
        for population, count in [(1, 1), (5, 5), (21, 3), (22, 3), (30, 6), (85, 6), (86, 6), (40000, 26), (9, 0), (200, 64)]:
            rows.append({"seed": str(seed), "population": population, "count": count,
                         "sample": rng.sample(range(population), count)})
    write_lines(out / "random.jsonl", rows)


def main():
    out = Path(sys.argv[1])
    work = Path(os.environ.get("TMPDIR", "/tmp")) / "qpx-golden-tasks"
    manager = TaskManager()
    for name in TASKS:
        write_layouts(out / "data", name, rows_of(name))
        cases = [(0, None)] if name.startswith("blimp") else [(0, None), (1, None), (3, 2), (7, None)]
        for shots, limit in cases:
            documents = compact(prompts(manager, work, name, shots, limit))
            ending = f"-{shots}" + (f"-of{limit}" if limit else "")
            write_lines(out / "expected" / f"{name}{ending}.jsonl", documents)
    wikitext(out / "data", out / "expected")
    sentences = ["no it was n't black monday", "but while the <unk> fell N points", "the käse river"]
    (out / "data/original/ptb").mkdir(parents=True, exist_ok=True)
    (out / "data/original/ptb/ptb.valid.txt").write_text("".join(f" {line} \n" for line in sentences), encoding="utf-8")
    write_lines(out / "data/hub/ptb_text_only/penn_treebank/validation-00000-of-00001.jsonl",
                [{"sentence": line} for line in sentences])
    texts(out / "expected")
    draws(out / "expected")


if __name__ == "__main__":
    main()
