"""Loss on texts and zero-shot accuracy on multiple-choice tasks, by the rules of qpx."""

import json
import math
import os

import torch

from .errors import TrialError
from .text import is_blank, read, scored_text

_TOKENS_PER_BATCH = 8192
_ACCURACY_ONLY = ("social_iqa",)


def stem(path):
    """A file's name without its extension."""
    return os.path.splitext(os.path.basename(path))[0]


def error_of_mean(values):
    """Standard error of the mean of independent values; None of a single one."""
    count = len(values)
    if count < 2:
        return None
    mean = math.fsum(values) / count
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (count - 1)) / math.sqrt(count)


def error_of_average(errors):
    """Standard error of the average of independent means; None where one is not known."""
    if not errors or any(error is None for error in errors):
        return None
    return math.sqrt(math.fsum(error * error for error in errors)) / len(errors)


class Scorer:
    """Log-likelihoods of the last tokens of sequences."""

    def __init__(self, model, device):
        self.model = model
        self.device = device

    @torch.no_grad()
    def score(self, requests):
        """Log-likelihood, in nats, of the tokens from `start` on of each (tokens, start)."""
        results = [0.0] * len(requests)
        order = sorted(range(len(requests)), key=lambda index: -len(requests[index][0]))
        position = 0
        while position < len(order):
            width = len(requests[order[position]][0])
            size = max(1, _TOKENS_PER_BATCH // width)
            chosen = order[position : position + size]
            position += size
            # Padding stands behind, where causal attention never looks.
            batch = torch.zeros((len(chosen), width), dtype=torch.long)
            for row, index in enumerate(chosen):
                tokens = requests[index][0]
                batch[row, : len(tokens)] = torch.tensor(tokens)
            logits = self.model(input_ids=batch.to(self.device), use_cache=False).logits
            for row, index in enumerate(chosen):
                tokens, start = requests[index]
                targets = torch.tensor(tokens[start:], device=self.device)
                rows = logits[row, start - 1 : len(tokens) - 1].float()
                chosen_logits = rows.gather(1, targets[:, None]).squeeze(1).double()
                # The sum over the vocabulary in float64: its last bits reach every token's loss.
                values = chosen_logits - torch.logsumexp(rows.double(), dim=1)
                results[index] = values.sum().item()
        return results


class Text:
    """A text cut into windows of equal length."""

    def __init__(self, path, window_length, most_windows, protocol):
        self.path, self.window_length = path, window_length
        self.most_windows, self.protocol = most_windows, protocol

    def key(self):
        return (self.path, self.window_length, self.most_windows, self.protocol)

    def requests(self, encoder):
        tokens = encoder.encode_whole(scored_text(read(self.path), self.protocol))
        length = self.window_length
        count = len(tokens) // length
        if count == 0:
            raise TrialError(f"{self.path}: has {len(tokens)} tokens, one window takes {length}")
        count = min(count, self.most_windows or count)
        return [(tokens[index * length : (index + 1) * length], 1) for index in range(count)]


class Task:
    """A multiple-choice task from a JSON Lines file."""

    def __init__(self, path, limit):
        self.name = stem(path)
        self.examples = []
        with open(path, encoding="utf-8-sig", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                if is_blank(line):
                    continue
                if limit is not None and len(self.examples) >= limit:
                    break
                try:
                    self.examples.append(_example(json.loads(line)))
                except (KeyError, TypeError, ValueError) as error:
                    raise TrialError(f"{path}, line {number}: is no example: {error!r}") from error
        if not self.examples:
            raise TrialError(f"{path}: holds no example")

    @property
    def is_normalized(self):
        """Whether accuracies by length make sense: all choices of an example continue one context."""
        if self.name in _ACCURACY_ONLY:
            return False
        return all(
            example["requests"][0][0] and all(context == example["requests"][0][0] for context, _ in example["requests"])
            for example in self.examples
        )


def _example(record):
    choices = record["choices"]
    if "requests" in record and record["requests"] is not None:
        requests = [tuple(pair) for pair in record["requests"]]
    else:
        contexts = record.get("contexts") or [record["context"]] * len(choices)
        fixed = record.get("continuation")
        requests = [(context, " " + (choice if fixed is None else fixed)) for context, choice in zip(contexts, choices)]
    return {
        "id": record["id"], "choices": choices, "gold": int(record["gold"]), "requests": requests,
        "subtask": record.get("subtask"),
    }


def _tokens(context, continuation, encoder, context_length):
    """The sequence that is scored, and where its continuation starts."""
    if not context:
        tokens = encoder.encode(continuation, special=False)
        before, after = [encoder.prefix], tokens[1:] if tokens[:1] == [encoder.prefix] else tokens
    else:
        whole = encoder.encode_whole(context + continuation)
        before = encoder.encode_whole(context.rstrip())
        after = whole[len(before) :]
        if not before:
            before, after = [encoder.prefix], whole
    if not after or before[0] is None or len(after) > context_length:
        raise TrialError(f"a choice cannot be scored: {continuation[:40]!r}")
    tokens = (before + after)[-(context_length + 1) :]
    return tokens, len(tokens) - len(after)


def evaluate_task(task, encoder, scorer, context_length):
    """Metrics of a task, as qpx names them."""
    requests, known, places = [], {}, []
    for example in task.examples:
        row = []
        for context, continuation in example["requests"]:
            request = _tokens(context, continuation, encoder, context_length)
            key = (tuple(request[0]), request[1])
            if key not in known:
                known[key] = len(requests)
                requests.append(request)
            row.append(known[key])
        places.append(row)
    # The first token of a sequence has no prediction.
    scores = scorer.score(requests)

    def right(length):
        outcome = []
        for example, row in zip(task.examples, places):
            values = [scores[index] / length(choice) for index, choice in zip(row, example["choices"])]
            outcome.append(1.0 if values.index(max(values)) == example["gold"] else 0.0)
        return outcome

    def metric(name, value, error):
        entry = {"name": name, "task": task.name, "value": value, "count": len(task.examples)}
        if error is not None:
            entry["standard_error"] = error
        return entry

    def share(values):
        return math.fsum(values) / len(values)

    correct = right(lambda choice: 1)
    subtasks = {}
    for example, value in zip(task.examples, correct):
        subtasks.setdefault(example["subtask"], []).append(value)
    if None in subtasks:
        accuracy, error = share(correct), error_of_mean(correct)
    else:
        accuracy = math.fsum(share(values) for values in subtasks.values()) / len(subtasks)
        error = error_of_average([error_of_mean(values) for values in subtasks.values()])
    metrics = [metric("acc", accuracy, error)]
    if task.is_normalized:
        for name, length in (("acc_norm", len), ("acc_bytes", lambda choice: len(choice.encode()))):
            values = right(length)
            metrics.append(metric(name, share(values), error_of_mean(values)))
    return metrics


def evaluate_text(text, name, encoder, scorer):
    """Metrics of a text."""
    length = text.window_length
    losses = [-score / (length - 1) for score in scorer.score(text.requests(encoder))]
    mean = math.fsum(losses) / len(losses)
    count = len(losses) * (length - 1)
    loss = {"name": "loss", "task": name, "value": mean, "count": count}
    error = error_of_mean(losses)
    if error is not None:
        loss["standard_error"] = error
    return [loss, {"name": "perplexity", "task": name, "value": math.exp(min(700.0, mean)), "count": count}]


def evaluate(specification, encoder, scorer, context_length):
    """All metrics in qpx's order, and the objective."""
    metrics, accuracies = [], []
    for path in specification.get("task", []):
        found = evaluate_task(Task(path, specification.get("task_limit")), encoder, scorer, context_length)
        accuracies.append(found[0])
        metrics += found
    objective = None
    if accuracies:
        mean = {
            "name": "mean_acc", "value": math.fsum(entry["value"] for entry in accuracies) / len(accuracies),
            "count": len(accuracies),
        }
        error = error_of_average([entry.get("standard_error") for entry in accuracies])
        if error is not None:
            mean["standard_error"] = error
        metrics.append(mean)
        objective = mean
    length = specification["window_length"]
    texts = [
        Text(path, length, specification.get("text_limit"), specification["text_protocol"])
        for path in specification.get("text", [])
    ]
    own = specification.get("objective_text")
    if own is not None:
        held_out = Text(own, length, specification.get("objective_windows"), "plain")
        if held_out.key() not in [text.key() for text in texts]:
            texts.append(held_out)
    taken = {stem(path) for path in specification.get("task", [])}
    for text in texts:
        name, number = stem(text.path), 2
        while name in taken:
            name, number = f"{stem(text.path)}-{number}", number + 1
        taken.add(name)
        found = evaluate_text(text, name, encoder, scorer)
        metrics += found
        if own is not None and text.key() == held_out.key():
            objective = found[0]
    return metrics, objective
