"""The texts beneath the fields of named tuples, where ``help`` looks for them: Python itself forgets them."""

from __future__ import annotations

import sys
from operator import itemgetter


class _Field(property):
    """A field of a named tuple. Its text is read from the source when somebody asks for it."""

    def __init__(self, owner: type, name: str, position: int) -> None:
        # A text of its own keeps `property` from taking that of the function.
        super().__init__(itemgetter(position), doc="")
        self._of = (owner, name)

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        owner, name = self._of
        return _read(owner).get(name)


def describe_fields(module: str) -> None:
    """Gives each field of the module's named tuples the text that stands beneath it."""
    for owner in vars(sys.modules[module]).values():
        if isinstance(owner, type) and issubclass(owner, tuple) and owner.__module__ == module:
            for position, name in enumerate(owner._fields):  # type: ignore[attr-defined]
                setattr(owner, name, _Field(owner, name, position))


def _read(owner: type) -> dict[str, str]:
    """The texts of a class, by the names of the fields; none where there is no source."""
    import ast
    import inspect

    try:
        source = inspect.getsource(sys.modules[owner.__module__])
    except OSError:
        return {}
    texts: dict[str, str] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and node.name == owner.__name__:
            for field, text in zip(node.body, node.body[1:]):
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                    beneath = text.value if isinstance(text, ast.Expr) else None
                    if isinstance(beneath, ast.Constant) and isinstance(beneath.value, str):
                        texts[field.target.id] = inspect.cleandoc(beneath.value)
    return texts
