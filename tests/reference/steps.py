"""Next steps of the reference."""


def next_steps(sections, point, decision):
    return {}
