"""The Lua functions of the covenants that are tried, written a second time."""
import datetime


def evaluations_spread(evaluations, since):
    """almere.lua"""
    counted, last_counted, outcome = 0, None, None
    for entry in evaluations:
        on = datetime.date.fromisoformat(entry["on"])
        if on < since:
            continue
        if last_counted is None or (on - last_counted).days >= 60:
            counted, last_counted = counted + 1, on
        outcome = entry["outcome"]
    return counted >= 2 and outcome != "negative"


def arrears_total(entries):
    """proefstad.lua: it fails, on purpose, above twelve months."""
    total = sum(entry["months"] for entry in entries)
    if total > 12:
        raise ValueError("more than a year")
    return total


FUNCTIONS = {"evaluations_spread": evaluations_spread, "arrears_total": arrears_total}
