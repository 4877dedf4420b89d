"""JSON Schemas of the files that people write, for editors to complete and check them."""

from __future__ import annotations

import json
from typing import Any

from calbench.authoring.files import KINDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, str]:
    """Give the schema of each kind of file as text, by file name: `procedure.schema.json`."""
    return {f"{kind}.schema.json": _text(kind) for kind in KINDS}


def _text(kind: str) -> str:
    schema = KINDS[kind].model_json_schema(by_alias=True, mode="validation")
    whole = {"$schema": DIALECT, "title": f"calbench {kind}", **{key: schema[key] for key in schema if key != "title"}}
    return json.dumps(_tidy(whole), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _tidy(value: Any, named: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - any JSON; whether its keys are names
    """Leave out the titles that pydantic makes of field names: an editor shows the key anyway."""
    if isinstance(value, list):
        return [_tidy(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {key: one for key, one in value.items() if named or key != "title" or not _made(value)}
    return {key: _tidy(one, named=key in ("properties", "$defs") and not named) for key, one in kept.items()}


def _made(schema: dict[str, Any]) -> bool:
    return "$schema" not in schema
