"""JSON Schemas of the files that people write, for editors to complete and check them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from calbench.authoring.kinds import KINDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NAMED = ("properties", "patternProperties", "$defs")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")


def schemas() -> dict[str, str]:
    """Give the schema of each kind of file as text, by file name: `procedure.schema.json`."""
    return {f"{kind}.schema.json": _text(kind) for kind in KINDS}


def _text(kind: str) -> str:
    schema = KINDS[kind].model_json_schema(by_alias=True, mode="validation")
    whole = {
        "$schema": DIALECT,
        "title": f"calbench {kind}",
        **{key: schema[key] for key in schema if key != "title"},
    }
    return json.dumps({**_tidy(whole), "title": whole["title"]}, ensure_ascii=False, indent=2) + "\n"


def _tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """Say what an editor needs: no titles made of keys, no null where a key is left out instead."""
    tidied: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "title" or (key == "default" and (value is None or isinstance(value, dict | list))):
            continue
        if key in _NAMED:
            tidied[key] = {name: _tidy(one) for name, one in value.items()}
        elif isinstance(value, dict):
            tidied[key] = _tidy(value)
        elif key in _LISTS:
            tidied[key] = [_tidy(one) for one in value]
        else:
            tidied[key] = value
    if "patternProperties" in tidied:
        tidied.setdefault("additionalProperties", False)
    return _scalar(_without_null(tidied))


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Take the null out of a choice: a key that is there needs a value (rule S012)."""
    if "anyOf" not in schema:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    kinds = [one for one in schema["anyOf"] if one != {"type": "null"}]
    return {**kinds[0], **rest} if len(kinds) == 1 else {"anyOf": kinds, **rest}


def _scalar(schema: dict[str, Any]) -> dict[str, Any]:
    """Let free text be written without quotes, whatever YAML takes it for: `model: 34401`, `year: no`."""
    if schema == {"type": "string"} or set(schema) == {"type", "pattern"}:
        return {**schema, "type": ["string", "number", "boolean"]}
    return schema


def publish(folder: Path) -> list[Path]:
    """Write the schemas into a folder, and give their paths."""
    paths = []
    for name, text in schemas().items():
        paths.append(folder / name)
        paths[-1].write_text(text, encoding="utf-8", newline="\n")
    return paths


if __name__ == "__main__":
    for written in publish(Path(sys.argv[1])):
        print(written)
