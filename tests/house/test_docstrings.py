import ast

from tests.house.tree import sources, teach, tree

DESK = (
    *("projections/tracing", "projections/reading/difference", "projections/sampling"),
    "projections/audit/journal_tests.py",
)
CURSOR = "CursorUnreadable"


def asked_of_the_desk():
    """Every public function of the auditor's desk, with what its docstring says."""
    for path in sources(*DESK):
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and node.name[0] != "_":
                yield path, node, ast.get_docstring(node) or ""


def test_a_page_says_which_cursor_it_cannot_read():
    paged = [
        (f"{path}:{node.lineno} {node.name}", said)
        for path, node, said in asked_of_the_desk()
        if any(
            one.arg == "after" and "str" in ast.unparse(one.annotation or ast.Constant(""))
            for one in (*node.args.args, *node.args.kwonlyargs)
        )
    ]
    assert len(paged) > 5
    breaches = [name for name, said in paged if CURSOR not in said]
    teach(f"A docstring gives the errors: Raises `{CURSOR}` (style.md 2).", breaches)


def test_what_is_raised_is_said():
    breaches = [
        f"{path}:{node.lineno} {node.name} raises {name}"
        for path, node, said in asked_of_the_desk()
        for raised in ast.walk(node)
        if isinstance(raised, ast.Raise) and raised.exc is not None
        for name in (ast.unparse(raised.exc).partition("(")[0],)
        if name not in said
    ]
    teach("A docstring gives the errors: Raises `X` (style.md 2).", breaches)


def test_a_why_says_its_shape_and_its_unit():
    whys = [
        (f"{path}:{node.lineno} {node.name}", said)
        for path, node, said in asked_of_the_desk()
        if node.name.endswith("_why") or node.name in {"caused", "bought"}
    ]
    assert len(whys) > 6
    breaches = [name for name, said in whys if not {"INTERFACE.md", "pence"} <= words(said)]
    teach("A docstring gives the shape, or where it is, and the unit (style.md 2).", breaches)


def words(said):
    return {word.strip("`().,;:") for word in said.split()}
