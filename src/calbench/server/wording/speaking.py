"""Speaking: a key and its values become a sentence in the language of who reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calbench.server.wording import frame, people, releasing, runs, starting, states
from calbench.wording import in_chinese

LANGUAGES = ("en", "zh")
WORDS: Mapping[str, tuple[str, str]] = {
    **frame.WORDS,
    **people.WORDS,
    **releasing.WORDS,
    **runs.WORDS,
    **starting.WORDS,
    **states.WORDS,
}


@dataclass(frozen=True)
class Speaker:
    """Says things in one language, `en` or `zh`."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """Give a word or sentence with its values filled in; KeyError for one that nobody wrote."""
        return WORDS[key][LANGUAGES.index(self.language)].format(**values)

    def line(self, key: str, values: Mapping[str, str]) -> str:
        """Give a line of the story of a run; parts without a value leave nothing behind.

        A value `answer` has its words in another language in `answer_zh`, where there are any.
        """
        values = {name: values.get(f"{name}_{self.language}", text) for name, text in values.items()}
        values = {**values, **{f"{name}_text": self.known(f"{name}.{text}") for name, text in values.items()}}
        return self(key, **values).replace(": .", ".").replace("：。", "。").rstrip(" :：")

    def known(self, key: str) -> str:
        """Give a word; what follows the first point of its key where nobody wrote one."""
        return self(key) if key in WORDS else key.partition(".")[2]

    def told(self, text: str) -> str:
        """Give a message of the program, which is English, in this language; as it is where nobody wrote it."""
        return in_chinese(text) if self.language == "zh" else text

    def local(self, texts: Mapping[str, str]) -> str:
        """Give a text of a document in this language, in English where it has no other."""
        return texts.get(self.language) or texts.get("en") or next(iter(texts.values()), "")

    def duration(self, seconds: float) -> str:
        """Write a duration: `1 h 02 min`, `2 min 05 s`, `7 s`."""
        whole = int(seconds)
        hours, minutes = divmod(whole // 60, 60)
        if hours:
            return f"{hours} h {minutes:02d} min"
        return f"{minutes} min {whole % 60:02d} s" if minutes else f"{whole} s"


def language_of(chosen: str, accepted: str) -> str:
    """Give the language of a reader: what was chosen, else the first that the browser accepts and we have."""
    if chosen in LANGUAGES:
        return chosen
    for part in accepted.lower().split(",")[:20]:
        name = part.split(";")[0].strip()[:2]
        if name in LANGUAGES:
            return name
    return "en"
