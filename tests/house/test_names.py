import ast
import re

from tests.house.tree import PACKAGES, kept_files, sources, teach, text, tree

EMPTY_WORDS = {
    *("data", "info", "util", "utils", "helper", "helpers", "manager", "managers"),
    *("base", "common", "misc", "stuff", "core", "service_layer"),
}
EMPTY_ENDINGS = ("Data", "Info", "Util", "Utils", "Helper", "Manager", "Base", "Common", "Error")
CATALOGUE_UNIONS = {"FactData", "DecisionData", "EventData"}
AMERICAN = re.compile(
    r"\b(color|behavior|favor|honor|labor|center|ledger's center|canceled|canceling|fulfill|"
    r"enroll|enrollment|enrolls|labeled|modeling|catalog|artifact|"
    r"(?:organi|recogni|normali|seriali|summari|finali|minimi|maximi|optimi|"
    r"anonymi|categori|prioriti|capitali|emphasi|reali)z(?:e|es|ed|er|ing|ation))\b",
    re.IGNORECASE,
)
PROSE = {".py", ".md", ".sql", ".html", ".toml"}
MACHINE_PATHS = re.compile(r"(?<![\w.])/(work|root|mnt|tmp|home/\w+|Users/\w+)/")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b|NotImplemented" + r"Error")


def test_modules_and_classes_are_named_after_things_of_the_trade():
    breaches = [
        f"{path} says nothing of what it holds"
        for path in sources()
        if {path.stem, *path.parts[:-1]} & EMPTY_WORDS
    ]
    breaches += [
        f"{path}:{node.lineno} class {node.name}"
        for path in sources(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith(EMPTY_ENDINGS)
    ]
    teach("Name it as an accountant would (style.md 2); a refusal is a sentence.", breaches)


def test_a_function_is_not_named_after_its_container():
    breaches = [
        f"{path}:{node.lineno} {node.name}"
        for path in sources(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and {word for word in node.name.split("_") if word} & {"util", "helper", "misc", "stuff"}
    ]
    teach("Say what the function does.", breaches)


def test_constants_are_final():
    breaches = [
        f"{path}:{node.lineno} {target.id}"
        for path in sources(*PACKAGES)
        for node in tree(path).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and re.fullmatch(r"[A-Z][A-Z0-9_]{2,}", target.id)
    ]
    teach("Write NAME: Final = ...; a constant that can change is none.", breaches)


def test_the_text_is_in_british_spelling():
    foreign = re.compile(r"[`\"'(./_-]|serializ(?:e|er)\b.*(?:msgspec|pydantic)")
    breaches = [
        f"{path}:{number} {found.group()}"
        for path in kept_files()
        if path.suffix in PROSE and path.name != "test_names.py" and path.parts[0] != ".lock"
        for number, line in enumerate(text(path).splitlines(), 1)
        for found in AMERICAN.finditer(line)
        if not foreign.search(line[max(0, found.start() - 1) : found.start()])
        and line[found.end() : found.end() + 1] not in {"(", "=", ".", "_", "-"}
    ]
    teach("British spelling; a word of somebody else's code goes between backticks.", breaches)


def test_no_path_of_one_machine_is_written_down():
    breaches = [
        f"{path}:{number} {line.strip()[:80]}"
        for path in kept_files()
        if path.name != "test_names.py"
        for number, line in enumerate(text(path).splitlines(), 1)
        if MACHINE_PATHS.search(line)
    ]
    teach("The project runs anywhere: take folders as arguments.", breaches)


def test_nothing_is_left_unfinished():
    breaches = [
        f"{path}:{number} {line.strip()[:80]}"
        for path in kept_files()
        if path.suffix in PROSE or path.parts[0] == "scripts"
        for number, line in enumerate(text(path).splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    teach("Finish it, or open an issue and write what holds today.", breaches)


def test_no_check_is_made_unable_to_fail():
    always = re.compile(r"\|\|\s*(true|:)\s*$")
    breaches = [
        f"{path}:{number} {line.strip()[:80]}"
        for path in kept_files()
        if path.parts[0] in {"scripts", ".ci"}
        for number, line in enumerate(text(path).splitlines(), 1)
        if always.search(line)
    ]
    teach("A check that cannot fail checks nothing.", breaches)
