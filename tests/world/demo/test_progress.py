"""Filling the demo tells how far it is, also where nobody looks at a terminal."""

from glocal.world.demo.management.commands.demo import written


def test_without_a_terminal_each_work_is_told_in_a_few_plain_lines():
    lines: list[str] = []
    step = written(lines.append)
    for done in range(1, 61):
        step("products", done, 60)
    step("stock", 0, 0)
    assert lines == [
        "products: 1 of 60",
        "products: 15 of 60",
        "products: 30 of 60",
        "products: 45 of 60",
        "products: 60 of 60",
        "stock: 0 of 0",
    ]
