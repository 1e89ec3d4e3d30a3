from pathlib import Path

from tests.cli.conftest import demonstrating
from tests.cli.transcript import examples, typed_in

README = Path(__file__).parents[2] / "README.md"
ADDRESS = "http://127.0.0.1:8000"


def test_the_five_minutes_of_the_readme_answer_what_it_says(data_folder):
    with demonstrating(data_folder) as running:
        page = README.read_text(encoding="utf-8").replace(ADDRESS, running.url)
        shown = examples(page)
        typed = [example.typed for example in shown]
        answers = typed_in(data_folder, typed, running.environment)
    assert len(answers) == len(shown) > 10
    differing = [
        f"$ {example.typed}\n{answer}"
        for example, answer in zip(shown, answers, strict=True)
        if not example.agrees(answer)
    ]
    assert differing == []
