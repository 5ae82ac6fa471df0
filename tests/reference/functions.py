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


def last_on(entries, concern):
    return max((entry["on"] for entry in entries if entry["concerns"] == concern), default=None)


def bottleneck_is_open(found, solved, concern):
    """den-haag.lua"""
    found_on, solved_on = last_on(found, concern), last_on(solved, concern)
    return found_on is not None and (solved_on is None or solved_on < found_on)


def since_cleared(steps, cleared):
    """haarlem.lua"""
    return bool(steps) and (not cleared or steps[-1]["on"] > cleared[-1]["on"])


def arrears_since(reported, cleared):
    """haarlem.lua"""
    for entry in reported:
        if not cleared or entry["on"] > cleared[-1]["on"]:
            return datetime.date.fromisoformat(entry["on"])
    raise ValueError("there are no arrears")


def arrears_total(entries):
    """proefstad.lua: it fails, on purpose, above twelve months."""
    total = sum(entry["months"] for entry in entries)
    if total > 12:
        raise ValueError("more than a year")
    return total


FUNCTIONS = {function.__name__: function for function in (evaluations_spread, bottleneck_is_open, since_cleared, arrears_since,
                                                          arrears_total)}
