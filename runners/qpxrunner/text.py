"""Texts and tokens, as qpx reads them."""

import json
import os

from tokenizers import Tokenizer

from .errors import TrialError


def is_blank(text):
    """Whether there is nothing but white space, which str.isspace defines as qpx does."""
    return all(character.isspace() for character in text)


def read(path):
    """A UTF-8 file without its byte order mark; line ends stay as they are."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise TrialError(f"{path}: cannot be read: {error}") from error
    if is_blank(text):
        raise TrialError(f"{path}: has no text")
    return text


def documents(text):
    """What stands between blank lines, without the line breaks around it."""
    found, lines = [], []

    def finish():
        if lines:
            joined = "\n".join(lines)
            found.append(joined.removesuffix("\r"))
            lines.clear()

    for line in text.split("\n"):
        if line.strip(" \t\r"):
            lines.append(line)
        else:
            finish()
    finish()
    return found


def scored_text(text, protocol):
    """What of a file is scored: as it is, or its rows joined by empty lines."""
    if protocol == "plain":
        return text
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return "\n\n".join("" if is_blank(line) else line + "\n" for line in lines)


class Encoder:
    """A checkpoint's tokenizer with its beginning and end of text."""

    def __init__(self, folder):
        path = os.path.join(folder, "tokenizer.json")
        if not os.path.exists(path):
            raise TrialError(f"{path}: there is no such file")
        self._tokenizer = Tokenizer.from_file(path)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.bos = self._special(folder, "bos")
        self.eos = self._special(folder, "eos")
        self._beginning = None if self.bos is None else self._tokenizer.id_to_token(self.bos)

    def _special(self, folder, name):
        """The first file that speaks of the token decides, also when it says that there is none."""
        for file in ("tokenizer_config.json", "special_tokens_map.json", "config.json"):
            path = os.path.join(folder, file)
            if not os.path.exists(path):
                continue
            with open(path, encoding="utf-8") as handle:
                content = json.load(handle)
            if f"{name}_token" in content:
                token = content[f"{name}_token"]
                if token is None:
                    return None
                return self._tokenizer.token_to_id(token if isinstance(token, str) else token["content"])
            number = content.get(f"{name}_token_id")
            if number is not None:
                number = number[0] if isinstance(number, list) else number
                return number if self._tokenizer.id_to_token(number) is not None else None
        return None

    @property
    def prefix(self):
        """What stands before everything: beginning of text, else end of text."""
        return self.eos if self.bos is None else self.bos

    def encode(self, text, special=True):
        """Token ids, with what the tokenizer puts around every text."""
        return self._tokenizer.encode(text, add_special_tokens=special).ids

    def encode_whole(self, text):
        """Token ids without a second beginning where the text brings its own."""
        return self.encode(text, special=not (self._beginning and text.startswith(self._beginning)))

    def encode_documents(self, text):
        """Tokens of a training text: document by document, each with special tokens, joined."""
        return [token for document in documents(text) for token in self.encode(document)]
