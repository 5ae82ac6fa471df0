"""Deadlines, windows and pauses of the reference."""
from condition import Unknown, is_unknown
from terms import DAY, Term, day, days, hours_after, last_day, moment


def pauses_of(point, rules):
    """The spans that do not count: first day, last day, and whether nobody knows yet when it ends."""
    spans, end = [], point.case.rules.calendar.end
    for rule in rules:
        starts = point.dates_of(rule["from"])
        for start in [] if is_unknown(starts) else starts:
            ends = point.dates_of(rule["until"])
            after = [] if is_unknown(ends) else [end for end in ends if end >= start]
            last, is_open = (after[0], False) if after else (point.on, True)
            if "at_most" in rule and end(start, rule["at_most"]) <= last:
                last, is_open = end(start, rule["at_most"]), False
            if "longer_than" in rule and last <= end(start, rule["longer_than"]):
                continue
            spans.append((start + DAY, last, is_open))
    return spans


def paused_within(spans, start, end):
    """Paused days after start, through end: each once, however many pauses hold it."""
    return {date for first, last, _ in spans for date in days(max(first, start + DAY), min(last, end))}


def end_of(point, rule, text, start, at, spans):
    """One term from its start to its end."""
    calendar, term = point.case.rules.calendar, Term(text)
    regime = rule.get("calendar", "as_written")
    before = start - DAY if rule.get("counts_from") == "same_day" else start
    if term.hours:
        due = hours_after(moment(start, at), term.hours)
        number = 0
        while (paused := len(paused_within(spans, start, last_day(due)))) > number:
            number, due = paused, hours_after(moment(start, at), term.hours + 24 * paused)
        return {"raw": due, "due": due, "paused": number, "provisional": open_within(point, spans, before, last_day(due))}
    if term.working:
        raw, left = before, term.working
        while left:
            raw += DAY
            left -= not calendar.is_rest(raw) and not paused_within(spans, raw - DAY, raw)
        uncertain = calendar.is_open_year(before + DAY, raw)
    else:
        written = raw = term.after(start) - (start - before)
        while written + len(paused_within(spans, before, raw)) * DAY > raw:
            raw = written + len(paused_within(spans, before, raw)) * DAY
        uncertain = False
    due, moved_uncertain = calendar.move(before, term, regime, raw)
    return {"raw": raw, "due": due, "paused": len(paused_within(spans, before, raw)),
            "provisional": uncertain or moved_uncertain or open_within(point, spans, before, raw)}


def open_within(point, spans, start, due):
    return any(is_open and first <= due and first - DAY <= point.on for first, _, is_open in spans)


def is_term(text):
    return text is not None and not text.startswith("silent")


def deadline(point, rule):
    """What is known of one deadline on the day of `point`; None when it does not apply."""
    applies = point.judge(rule["applies"]) if "applies" in rule else True
    if applies is False:
        return None
    found = {"id": rule["id"], "owner": rule["owner"], "missed": False}
    if is_unknown(applies):
        return {**found, "status": "undetermined", "open": applies}
    if "counts_back_from" in rule:
        return window(point, rule, found)
    starts = point.date_of(rule["starts"])
    if is_unknown(starts):
        return {**found, "status": "undetermined" if asks(starts) else "not_started", "open": starts}
    if not by_law_on(rule, starts):
        return None
    entries = point.of(rule["starts"])
    at = entries[-1].get("at") if entries else None
    met = met_by(point, rule, starts, entries[-1] if entries else None)
    spans = pauses_of(point, rule.get("paused", []))
    if met:                                             # nothing moves it after it was met
        stop = day(met[0]["on"])
        spans = [(first, min(last, stop), False) for first, last, _ in spans]
    ends = {key: end_of(point, rule, rule[key], starts, at, spans) for key in ("target", "limit") if is_term(rule.get(key))}
    found["started"] = starts
    if "target" in ends:
        found["target"] = ends["target"]["due"]
    last = ends.get("limit") or ends.get("target")
    if last:
        found.update(paused_days=last["paused"], provisional=any(end["provisional"] for end in ends.values()),
                     due_day=last_day(last["due"]))
    if "limit" in ends:
        found.update(due=last["due"], raw=last["raw"])
        if not met:
            found["days_left"] = (found["due_day"] - point.on).days
    found["open"] = Unknown(*(("silent", rule[key]) for key in ("target", "limit") if key in rule and not is_term(rule[key])))
    judge_status(point, rule, found, met, ends, spans)
    return found


def asks(unknown):
    """An event that has not happened is no question: it may still happen."""
    return any(kind in ("fact", "failed", "silent") for kind, _ in unknown.causes)


def by_law_on(rule, on):
    """A term by law holds while its law is in force, on the day it starts."""
    held = rule.get("in_force", {})
    return ("from" not in held or day(held["from"]) <= on) and ("until" not in held or on <= day(held["until"]))


def met_by(point, rule, first, start=None, last=None):
    names = rule.get("met_by", [])
    names = [names] if isinstance(names, str) else names
    return [entry for entry in point.events if entry["event"] in names and first <= day(entry["on"])
            and (last is None or day(entry["on"]) <= last) and not is_earlier(entry, start)]


def is_earlier(entry, start):
    """Before the time of what it should answer, where both have a time."""
    return bool(start) and "at" in start and "at" in entry and moment(None, entry["at"]) < moment(None, start["at"])


def in_time(entry, due):
    """By the hour where both are known by the hour."""
    if "at" in entry and hasattr(due, "hour"):
        return moment(None, entry["at"]) <= due
    return day(entry["on"]) <= last_day(due)


def judge_status(point, rule, found, met, ends, spans):
    limit, target = ends.get("limit"), ends.get("target")
    late = limit and last_day(limit["due"]) < point.on
    under_way = [1 for first, last, is_open in spans if (is_open or last > point.on) and first - DAY <= point.on
                 and (not limit or first <= last_day(limit["raw"]))]
    if met:
        found["met_on"] = day(met[0]["on"])
        right = rule["owner"] == "client"               # a right used too late is closed
        found["status"] = "met" if not limit or in_time(met[0], limit["due"]) else "closed" if right else "met_late"
    elif found["started"] > point.on:
        found["status"] = "not_started"
    elif late:
        found["status"] = "closed" if rule["owner"] == "client" else "overdue"
    elif under_way:
        found["status"] = "paused"
    elif target and last_day(target["due"]) < point.on:
        found["status"] = "undetermined" if "limit" in rule and not limit else "target_passed"
    elif ("target" in rule and not target) or not ends:
        found["status"] = "undetermined"                # the covenant is silent on the term that would tell
    else:
        found["status"] = "running"
    found["missed"] = found["status"] in ("overdue", "met_late", "closed")


def window(point, rule, found):
    """Counted back from a day; never moved, and nothing outside it meets it."""
    end = point.date_of(rule["counts_back_from"])
    if is_unknown(end):
        return {**found, "status": "undetermined" if asks(end) else "not_open", "open": end}
    if not by_law_on(rule, end):
        return None
    opens, closes = (back(point, end, rule[key]) for key in ("opens", "closes"))
    found.update(opens=opens, due=closes, due_day=closes, raw=closes)
    met = met_by(point, rule, opens, None, closes)
    if not met:
        found["days_left"] = (closes - point.on).days
    if met:
        found.update(status="met", met_on=day(met[0]["on"]))
    elif point.on < opens:
        found["status"] = "not_open"
    else:
        found["status"] = "open" if point.on <= closes else "closed"
    found["missed"] = not met and point.on > closes
    return found


def back(point, end, text):
    term = Term(text)
    if not term.working:
        return term.after(end, -1)
    left = term.working
    while left:
        end -= DAY
        left -= not point.case.rules.calendar.is_rest(end)
    return end


def action_due(point, action, start, at):
    if "within" not in action:
        return None
    return end_of(point, {"calendar": action.get("calendar", "as_written")}, action["within"], start, at, [])["due"]


def action_status(point, action, start, entry=None):
    """An action from its start: due, and done by the first such event on or after it."""
    due = action_due(point, action, start, entry.get("at") if entry else None)
    done = [other for other in point.of(action.get("done_by")) if day(other["on"]) >= start and not is_earlier(other, entry)]
    status = "done" if done else "overdue" if due and last_day(due) < point.on else "open"
    return {"id": action.get("id"), "who": action["who"], "due": due, "status": status}
