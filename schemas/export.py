"""JSON Schemas (2020-12) of every message, one file a wire name: `python -m schemas.export`.

Generated from the types into `schemas/published/`; a test says that they are current.
"""

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

import msgspec
from msgspec import Struct

from schemas.fields import EVENTS, wire_name
from schemas.outbound import Image, OutcomeMessage
from schemas.outcomes import RETRACTED, WIRE_NAMES
from schemas.reading import JSON_TYPE, KNOWN_UNUSED

PUBLISHED: Final = Path(__file__).parent / "published"

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_RETRACTION: Final = "An outcome published before is withdrawn; `data.retracts` names it (7.2)."


def published_schemas() -> dict[str, dict[str, Any]]:
    """Wire name -> its schema, for all that comes in and goes out."""
    made = {name: _inbound(name) for name in EVENTS}
    for outcome, name in WIRE_NAMES.items():
        made[name] = _outcome(name, _doc(outcome))
    made[RETRACTED] = _outcome(RETRACTED, _RETRACTION)
    for image in get_args(Image):
        made[wire_name(image)] = _schema(wire_name(image), image)
    return made


def text_of(schema: dict[str, Any]) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path) -> list[str]:
    """Writes every schema into `folder`, takes away files of no wire name; the names written."""
    texts = {f"{name}.json": text_of(schema) for name, schema in published_schemas().items()}
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.json"):
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return sorted(texts)


def _inbound(name: str) -> dict[str, Any]:
    schema = _schema(name, EVENTS[name].event)
    # The envelope may carry what CloudEvents defines and we do not use. Any other field is left
    # out when the event is taken; a sender who has some may as well learn it from the schema.
    for unused in sorted(KNOWN_UNUSED):
        schema["properties"][unused] = {"description": "allowed and not used"}
    json_only = {"description": "application/json, or left out", "pattern": JSON_TYPE}
    schema["properties"]["datacontenttype"] = json_only
    return schema


def _outcome(name: str, says: str) -> dict[str, Any]:
    schema = _schema(name, OutcomeMessage)
    schema["properties"]["type"] = {"const": name}
    schema["description"] = says
    return schema


def _schema(name: str, struct: type[Struct]) -> dict[str, Any]:
    """The schema of `struct` under `name`, its fields described by their docstrings."""
    (top,), components = msgspec.json.schema_components([struct], ref_template="#/$defs/{name}")
    for inner in _structs(struct):
        _describe(components[inner.__name__], inner)
    body: dict[str, Any] = components.pop(top["$ref"].rpartition("/")[2])
    body.pop("title")
    head = {"$schema": _DIALECT, "$id": f"urn:sla-tracker:{name}", "title": name}
    definitions = {"$defs": components} if components else {}
    return head | {"description": _doc(struct)} | body | definitions


def _doc(struct: type[Struct]) -> str:
    """Its own docstring, not one that it inherits."""
    assert struct.__doc__ is not None, f"{struct.__name__} crosses the boundary: say what it is."
    return inspect.cleandoc(struct.__doc__)


def _describe(schema: dict[str, Any], struct: type[Struct]) -> None:
    """Puts the docstrings of its fields into the schema of `struct`."""
    docs = _field_docs(struct)
    if "prefixItems" in schema:
        named = dict(zip(struct.__struct_fields__, schema["prefixItems"], strict=True))
        for name, said in named.items():
            said["title"] = name
    else:
        named = schema["properties"]
    for name, says in docs.items():
        takes = named[name].get("description")
        named[name]["description"] = says if takes is None else f"{says} Takes {takes}."


def _structs(struct: type[Struct]) -> Iterator[type[Struct]]:
    """`struct` and every struct among its fields."""
    seen: set[type[Struct]] = set()
    open_: list[Any] = [struct]
    while open_:
        one = open_.pop()
        if inspect.isclass(one) and issubclass(one, Struct) and one not in seen:
            seen.add(one)
            yield one
            open_ += [field.type for field in msgspec.structs.fields(one)]
        else:
            open_ += get_args(one)


@cache
def _field_docs(struct: type[Struct]) -> dict[str, str]:
    """The docstrings under the fields of a struct and of those it inherits from."""
    docs: dict[str, str] = {}
    for base in reversed(struct.__mro__):
        if base is Struct or not issubclass(base, Struct):
            continue
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
        assert isinstance(tree, ast.ClassDef)
        for field, under in zip(tree.body, tree.body[1:], strict=False):
            match field, under:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    docs[name] = inspect.cleandoc(text).replace("\n", " ")
                case _:
                    pass
    return docs


if __name__ == "__main__":
    print(f"{len(write(PUBLISHED))} schemas written to {PUBLISHED}")
