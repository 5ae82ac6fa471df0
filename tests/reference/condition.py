"""Conditions of the reference: a parser of its own, and Kleene's three values."""
import datetime
import decimal
import re

from terms import Term, day, months_between, years_between

TOKEN = re.compile(r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"[^"]*"|'[^']*')|(?P<name>[A-Za-z_][A-Za-z0-9_]*)
                       |(?P<sign>==|~=|<=|>=|[-<>+*(),]))""", re.X)
LEVELS = [["or"], ["and"], ["==", "~=", "<", "<=", ">", ">="], ["+", "-"], ["*"]]


class Unknown:
    """Not known, and why: pairs of a kind (fact, event, silent, failed, none) and a name."""

    def __init__(self, *causes):
        self.causes = frozenset(causes)

    def states(self):
        """How a reason may call it."""
        kinds = {kind for kind, _ in self.causes}
        return sorted({"silent": "silent", "failed": "failed"}.get(kind, "unknown") for kind in kinds or {"none"})


def is_unknown(value):
    return isinstance(value, Unknown)


def together(*values):
    return Unknown(*{cause for value in values if is_unknown(value) for cause in value.causes})


def negate(value):
    return value if is_unknown(value) else not value


def either(*values):
    """Kleene's or."""
    if any(value is True for value in values):
        return True
    return together(*values) if any(is_unknown(value) for value in values) else False


def both(*values):
    if any(value is False for value in values):
        return False
    return together(*values) if any(is_unknown(value) for value in values) else True


# Parsing: ("name", n), ("literal", v), ("call", name, parts), (operator, left, right) ---------------------------------

class Parser:
    def __init__(self, text):
        self.tokens, at, text = [], 0, text.rstrip()
        while at < len(text):
            match = TOKEN.match(text, at)
            if not match:
                raise ValueError(f"cannot read {text[at:]!r}")
            self.tokens.append((match.lastgroup, match.group(match.lastgroup)))
            at = match.end()
        self.tokens.append(("end", ""))

    def next(self, wanted=None):
        kind, text = self.tokens[0]
        if wanted and text != wanted:
            raise ValueError(f"{wanted!r} was expected, not {text!r}")
        del self.tokens[0]
        return kind, text

    def level(self, number):
        if number == len(LEVELS):
            return self.unary()
        left = self.level(number + 1)
        while self.tokens[0][1] in LEVELS[number] and self.tokens[0][0] != "text":
            operator = self.next()[1]
            left = (operator, left, self.level(number + 1))
        return left

    def unary(self):
        kind, text = self.next()
        if text == "not" and kind == "name":
            return ("not", self.unary())
        if text == "-" and kind == "sign":
            return ("-", ("literal", 0), self.unary())
        if text == "(" and kind == "sign":
            inside = self.level(0)
            self.next(")")
            return inside
        if kind == "number":
            return ("literal", decimal.Decimal(text) if "." in text else int(text))
        if kind == "text":
            return ("literal", text[1:-1])
        if text in ("true", "false"):
            return ("literal", text == "true")
        if self.tokens[0] == ("sign", "("):
            self.next("(")
            parts = []
            while self.tokens[0] != ("sign", ")"):
                parts.append(self.level(0))
                if self.tokens[0] == ("sign", ","):
                    self.next()
            self.next(")")
            return ("call", text, parts)
        return ("name", text)


def parse(text):
    parser = Parser(text)
    tree = parser.level(0)
    parser.next("")
    return tree


# Evaluating: `point` answers symbol(name), happened(event), due(id), missed(id) --------------------------------------

def alike(left, right):
    """A text beside a date is a date."""
    if isinstance(left, datetime.date) and isinstance(right, str):
        return left, day(right)
    if isinstance(right, datetime.date) and isinstance(left, str):
        return day(left), right
    return left, right


def evaluate(tree, point):
    kind = tree[0]
    if kind == "literal":
        return tree[1]
    if kind == "name":
        return point.symbol(tree[1])
    if kind == "call":
        return call(tree[1], tree[2], point)
    values = [evaluate(part, point) for part in tree[1:]]
    if kind == "not":
        return negate(values[0])
    if kind == "and":
        return both(*values)
    if kind == "or":
        return either(*values)
    if any(is_unknown(value) for value in values):
        return together(*values)
    left, right = alike(*values)
    return {"==": lambda: left == right, "~=": lambda: left != right, "<": lambda: left < right,
            "<=": lambda: left <= right, ">": lambda: left > right, ">=": lambda: left >= right,
            "+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right}[kind]()


def as_date(value):
    return day(value) if isinstance(value, str) else value


def call(name, parts, point):
    if name in ("happened", "due", "missed"):
        return getattr(point, name)(parts[0][1])
    if name == "silent":
        return Unknown(("silent", parts[0][1]))
    values = [evaluate(part, point) for part in parts]
    if name == "known":
        return not is_unknown(values[0])
    if any(is_unknown(value) for value in values):
        return together(*values)
    if name == "one_of":
        return values[0] in values[1:]
    if name in ("min", "max"):
        return {"min": min, "max": max}[name](alike(*values))
    if name == "add":
        return Term(values[1]).after(as_date(values[0]))
    start, end = map(as_date, values)
    return {"days_between": lambda: (end - start).days, "months_between": lambda: months_between(start, end),
            "years_between": lambda: years_between(start, end)}[name]()
