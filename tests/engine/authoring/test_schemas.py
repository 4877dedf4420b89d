"""The published JSON Schemas: as generated, and true of every shipped file (a small validator is here)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from calbench.authoring.kinds import kind_of
from calbench.authoring.located import Node
from calbench.authoring.schemas import schemas
from calbench.authoring.source import Source, open_source
from calbench.authoring.yamlfile import parse
from calbench.documents.scalars import PlainScalar

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs" / "reference" / "schemas"
SHIPPED = [
    *((kind_of(open_source(path)) or "", path) for path in sorted((ROOT / "procedures").rglob("*.yaml"))),
    *(("station", path) for path in sorted((ROOT / "stations").glob("*.yaml"))),
    *(("asset", path) for path in sorted((ROOT / "stations" / "assets").glob("*.yaml"))),
    *(("budget", path) for path in sorted((ROOT / "docs" / "how-to" / "budgets").glob("*.yaml"))),
]
Schemas = Mapping[str, str]
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "object": dict,
    "array": list,
    "integer": int,
    "number": (int, Decimal),
    "null": type(None),
}


@pytest.fixture(scope="module")
def generated() -> Schemas:
    """Give all schemas: made once, for they take as long as a hundred files that are held against them."""
    return schemas()


def plain(node: Node):
    """Give what another YAML 1.2 reader, such as that of an editor, makes of a file."""
    if isinstance(node.value, dict):
        return {str(key): plain(child) for key, child in node.children.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.children.values()]
    return node.value.resolved if isinstance(node.value, PlainScalar) else node.value


def fits(value, schema, root) -> bool:  # noqa: PLR0911 - one return for each word
    """Judge by the words of JSON Schema that ours use (draft 2020-12)."""
    if "$ref" in schema:
        return fits(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root)
    if "anyOf" in schema and not any(fits(value, one, root) for one in schema["anyOf"]):
        return False
    if "const" in schema and value != schema["const"]:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(
        isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
        for kind in kinds
    ):
        return False
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None
    if isinstance(value, list):
        return len(value) >= schema.get("minItems", 0) and all(
            fits(one, schema.get("items", {}), root) for one in value
        )
    return not isinstance(value, dict) or object_fits(value, schema, root)


def object_fits(value, schema, root) -> bool:
    if not set(schema.get("required", [])) <= set(value) or len(value) < schema.get("minProperties", 0):
        return False
    for key, one in value.items():
        patterns = [
            below for pattern, below in schema.get("patternProperties", {}).items() if re.search(pattern, key)
        ]
        below = schema.get("properties", {}).get(key) or next(
            iter(patterns), schema.get("additionalProperties", {})
        )
        if below is False or not fits(one, below or {}, root):
            return False
    return True


def test_the_published_schemas_are_the_generated_ones(generated: Schemas):
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}

    assert written == generated


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=lambda one: getattr(one, "stem", one))
def test_shipped_files_fit_their_schema(kind, path, generated: Schemas):
    schema = json.loads(generated[f"{kind}.schema.json"])
    root = parse(open_source(path)).root

    assert root is not None
    assert fits(plain(root), schema, schema)


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("procedure", "    settle: 5 s", "    setle: 5 s"),
        ("procedure", "version: 1.3.0\n", ""),
        ("procedure", "language: 1", "language: 2"),
        ("procedure", "shape: rectangular", "shape: round"),
        ("procedure", "    readings: $readings", "    readings: [1]"),
        ("procedure", "roles:  ", "roles: {9a: {needs: [measure.mass]}}\nrules:  "),
    ],
)
def test_a_schema_refuses_what_check_refuses(kind, old, new, tmp_path, generated: Schemas):
    text = (ROOT / "procedures" / "electrical" / "dmm-34401a.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "file.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    schema = json.loads(generated[f"{kind}.schema.json"])
    root = parse(open_source(path)).root

    assert root is not None
    assert not fits(plain(root), schema, schema)


def test_a_schema_tells_an_editor_what_to_offer(generated: Schemas):
    schema = json.loads(generated["procedure.schema.json"])

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "$id" not in schema
    assert schema["title"] == "calbench procedure"
    assert schema["required"] == ["procedure", "id", "version", "language", "tests"]
    test = schema["$defs"]["Test"]
    assert "with" in test["properties"]
    assert "with_" not in test["properties"]
    assert test["additionalProperties"] is False
    assert schema["$defs"]["Contribution"]["properties"]["shape"]["enum"][0] == "rectangular"
    assert {"type": "null"} not in schema["$defs"]["Test"]["properties"]["mpe"]["anyOf"]


@pytest.mark.parametrize(
    ("band", "good"),
    [
        ("{below: 5 A, limit: ~}", True),
        ("{limit: {1.0: 1 % rdg, 0.5L: ~}}", True),
        ("{up_to: ~, limit: 1 mV}", False),
        ("{up_to: 5 A}", False),
    ],
)
def test_a_cell_may_be_empty_and_an_end_may_not(band, good, generated: Schemas):
    text = f"limits: {{mpe: {{variable: x, bands: [{band}]}}}}"
    root = json.loads(generated["procedure.schema.json"])
    node = parse(Source("procedure.yaml", text)).root
    assert node is not None
    assert fits(plain(node)["limits"], root["properties"]["limits"], root) is good
