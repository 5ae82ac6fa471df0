#!/usr/bin/python3
"""Dates against Python's: every day from 1900 to 2199 and every length that covenants use, distances, Easter, texts that
are no date; ends of terms against a slow reading of the Algemene termijnenwet; hours against the time zone database.

    tests/property/test_dates.py        all of it, some seconds
"""
import array
import calendar
import datetime
import os
import pathlib
import re
import subprocess
import sys
import zoneinfo

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD") or TOP / "build")
EPOCH = datetime.date(1970, 1, 1).toordinal()
FIRST, LAST = (datetime.date(year, month, day).toordinal() - EPOCH for year, month, day in ((1900, 1, 1), (2199, 12, 31)))
DAYS = range(FIRST, LAST + 1)
CLAMPED, OUTSIDE = 1, 2
LENGTHS = ([f"P{n}D" for n in range(1, 15)] + [f"P{n}W" for n in range(1, 13)]
           + [f"P{n}M" for n in range(1, 25)] + [f"P{n}Y" for n in range(1, 6)])


def tell(*commands, rules=None):
    """The numbers that the engine gives."""
    process = subprocess.run([BUILD / "tools/dates"] + ([rules] if rules else []), input="\n".join(commands).encode() + b"\n",
                             capture_output=True, check=False)
    assert process.returncode == 0, process.stderr.decode()
    numbers = array.array("i")
    numbers.frombytes(process.stdout)
    return numbers


def day(date):
    return date.toordinal() - EPOCH


def date_of(number):
    return datetime.date.fromordinal(number + EPOCH)


def same(found, expected, what, name):
    """Both lists, and where they part."""
    if found != expected:
        assert len(found) == len(expected), f"{what}: {len(found)} numbers, expected {len(expected)}"
        at = next(i for i in range(len(found)) if found[i] != expected[i])
        raise AssertionError(f"{what}, at {name(at)}: {found[at]}, expected {expected[at]}")


# ---- days and lengths ----

def test_every_day():
    expected = array.array("i")
    for number in DAYS:
        date = date_of(number)
        expected.extend((date.year, date.month, date.day, date.isoweekday()))
    same(tell("days"), expected, "days", lambda at: date_of(FIRST + at // 4))


class Months:
    """The first day and the length of every month, also of those around; month 0 is January of the year 0."""

    def __init__(self):
        self.first, self.length = {}, {}
        for year in range(1880, 2220):
            for month in range(12):
                self.first[year * 12 + month] = day(datetime.date(year, month + 1, 1))
                self.length[year * 12 + month] = calendar.monthrange(year, month + 1)[1]

    def moved(self, count):
        """Of every day of 1900 to 2199: what it is so many months on, and how that came about."""
        found = array.array("i")
        for month in range(1900 * 12, 2200 * 12):
            first, length = self.first[month + count], self.length[month + count]
            for number in range(self.length[month]):
                found.extend(self.within(first + min(number, length - 1), number >= length))
        return found

    @staticmethod
    def within(number, clamped):
        if FIRST <= number <= LAST:
            return number, CLAMPED if clamped else 0
        return LAST if number > LAST else FIRST, OUTSIDE


def test_every_length():
    months = Months()
    for length in LENGTHS:
        count, unit = int(length[1:-1]), length[-1]
        for command, sign in (("add", 1), ("subtract", -1)):
            if unit in "DW":
                step = sign * count * (7 if unit == "W" else 1)
                expected = array.array("i", (n for number in DAYS for n in months.within(number + step, False)))
            else:
                expected = months.moved(sign * count * (12 if unit == "Y" else 1))
            found = tell(f"{command} {length}")
            for at in range(1, len(found), 2):  # whether a month's end was met outside the years tells nothing
                if expected[at] == OUTSIDE and (found[at] & OUTSIDE or command == "subtract"):
                    found[at] = OUTSIDE
            same(found, expected, f"{command} {length}", lambda at: date_of(FIRST + at // 2))


def whole_months(start, end):
    """The most months from `start` that are not past `end`."""
    if end < start:
        return -whole_months(end, start)
    count = (end.year - start.year) * 12 + end.month - start.month
    last = calendar.monthrange(end.year, end.month)[1]
    return count - (min(start.day, last) > end.day)


def test_distances():
    first, other = 173, 61
    found, at = tell(f"between {first} {other}"), 0
    ends = [(number, date_of(number)) for number in range(FIRST, LAST + 1, other)]
    for start in range(FIRST, LAST + 1, first):
        date = date_of(start)
        for number, end in ends:
            months = whole_months(date, end)
            expected = (number - start, months, months // 12 if months >= 0 else -(-months // 12))
            got = tuple(found[at:at + 3])
            assert got == expected, f"from {date} to {end}: {got}, expected {expected}"
            at += 3
    assert at == len(found)


def easter(year):
    """By golden number and epact, as the calendar of 1582 has it: the Sunday after the fourteenth day of the moon."""
    golden, century = year % 19 + 1, year // 100 + 1
    solar, lunar = 3 * century // 4 - 12, (8 * century + 5) // 25 - 5
    epact = (11 * golden + 20 + lunar - solar) % 30
    if epact == 24 or (epact == 25 and golden > 11):
        epact += 1
    full_moon = datetime.date(year, 3, 1) + datetime.timedelta(days=(44 - epact if epact <= 23 else 74 - epact) - 1)
    return full_moon + datetime.timedelta(days=7 - full_moon.isoweekday() % 7)


def test_easter():
    assert easter(2024) == datetime.date(2024, 3, 31) and easter(2038) == datetime.date(2038, 4, 25)
    same(tell("easter"), array.array("i", (day(easter(year)) for year in range(1900, 2200))), "Easter", lambda at: 1900 + at)


def test_impossible_dates():
    texts = [f"{year:04}-{month:02}-{number:02}" for year in range(1899, 2201) for month in range(14) for number in range(33)]
    texts += ["2022-1-01", "2022-01-1", "2022-01-01 ", " 2022-01-01", "2022-01-01T00:00:00Z", "2022/01/01", "20220101", "", "-",
              "+022-01-01", "2022-01--1", "2022-W01-1", "2022-001", "２０２２-01-01", "2022-01-0١", "2022-01-01\t", "1e03-01-01"]
    expected = array.array("i")
    for text in texts:
        try:
            date = datetime.date.fromisoformat(text) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
        except ValueError:
            date = None
        right = date is not None and 1900 <= date.year <= 2199
        expected.extend((1, day(date)) if right else (0, 0))
    same(tell(*("parse " + text for text in texts)), expected, "parse", lambda at: repr(texts[at // 2]))


# ---- the Algemene termijnenwet ----

EQUATED = {"2022-05-27", "2023-04-28", "2023-05-19", "2024-05-10", "2024-12-27", "2025-05-30", "2026-01-02", "2026-05-15",
           "2027-05-07", "2028-04-28", "2028-05-26"}
KNOWN = range(2022, 2029)  # the years of which the decrees are known


def is_ordinary(date):
    """Article 3: neither Saturday, Sunday, a recognised holiday, Good Friday, nor a day that a decree equates with one."""
    sunday = easter(date.year)
    royal = datetime.date(date.year, 4, 27 if date.year >= 2014 else 30)
    if royal.isoweekday() == 7:
        royal -= datetime.timedelta(days=1)
    recognised = {royal} | {datetime.date(date.year, month, number) for month, number in ((1, 1), (5, 5), (12, 25), (12, 26))}
    recognised |= {sunday + datetime.timedelta(days=days) for days in (-2, 1, 39, 50)}
    return date.isoweekday() <= 5 and date not in recognised and date.isoformat() not in EQUATED


class Act:
    """The articles one by one, on days as numbers."""

    def __init__(self):
        self.ordinary = {day(date): is_ordinary(date) for date in
                         (datetime.date(1998, 1, 1) + datetime.timedelta(days=n) for n in range(46 * 366))}
        self.months = Months()

    def raw(self, start, count, unit):
        if unit in "DW":
            return start + count * (7 if unit == "W" else 1)
        date = date_of(start)
        month = date.year * 12 + date.month - 1 + count * (12 if unit == "Y" else 1)
        return self.months.first[month] + min(date.day, self.months.length[month]) - 1

    def next_ordinary(self, number):
        while not self.ordinary[number]:
            number += 1
        return number

    def end(self, start, count, unit):
        """The first day of the term is the day after `start`."""
        end = self.raw(start, count, unit)
        if (unit == "Y" or (unit == "D" and count > 90) or (unit == "W" and count > 12) or (unit == "M" and count > 3)):
            return end  # article 4
        end = self.next_ordinary(end)  # article 1
        if unit != "D" or count >= 3:
            while sum(self.ordinary[number] for number in range(max(start + 1, end - 20), end + 1)) < 2:
                end += 1  # article 2
        return end


TERMS = ([f"P{n}D" for n in (*range(1, 15), 30, 42, 89, 90, 91, 120)] + [f"P{n}W" for n in (*range(1, 7), 11, 12, 13, 26)]
         + [f"P{n}M" for n in (1, 2, 3, 4, 6)] + ["P1Y", "P2Y"])


def test_termijnenwet():
    act = Act()
    start, until = day(datetime.date(2000, 1, 1)), day(datetime.date(2040, 12, 31))
    numbers = range(start, until + 1)
    for term in TERMS:
        count, unit = int(term[1:-1]), term[-1]
        found = tell(f"end statutory 0 {start} {until} {term}", rules=TOP / "rules")
        before = tell(f"end statutory 1 {start + 1} {until + 1} {term}", rules=TOP / "rules") if unit in "DW" else found
        expected = array.array("i", (act.end(number, count, unit) for number in numbers))
        same(found[::2], expected, f"the end of {term}", lambda at: date_of(start + at))
        same(before[::2], expected, f"the end of {term} that counts its first day", lambda at: date_of(start + 1 + at))
        check_flags(act, found, numbers, count, unit)


def check_flags(act, found, numbers, count, unit):
    excepted = unit == "Y" or (unit, count) in (("D", 91), ("D", 120), ("W", 13), ("W", 26), ("M", 4), ("M", 6))
    for at, number in enumerate(numbers):
        raw, due, flags = act.raw(number, count, unit), found[2 * at], found[2 * at + 1]
        assert bool(flags & 1) == (due != raw), f"moved, from {date_of(number)}"
        certain = all(date_of(one).year in KNOWN for one in (number, due))
        if excepted or certain:
            assert not flags & 4, f"provisional, from {date_of(number)} to {date_of(due)}"
        elif date_of(raw).year not in KNOWN:
            assert flags & 4, f"not provisional, from {date_of(number)} to {date_of(due)}"


def test_working_days():
    act = Act()
    start, until = day(datetime.date(2000, 1, 1)), day(datetime.date(2040, 12, 31))
    for count in (1, 2, 3, 5, 10, 20):
        expected = array.array("i")
        for number in range(start, until + 1):
            left = count
            while left:
                number += 1
                left -= act.ordinary[number]
            expected.append(number)
        found = tell(f"end next_working_day 0 {start} {until} {count} working days", rules=TOP / "rules")
        same(found[::2], expected, f"{count} working days", lambda at: date_of(start + at))


def test_table_of_the_articles():
    """Known ends: Good Friday, New Year with a decree, Ascension Day with a decree, Christmas, a weekend, none."""
    for raw, due in (("2026-03-14", "2026-03-16"), ("2026-04-03", "2026-04-07"), ("2026-01-01", "2026-01-05"),
                     ("2026-05-14", "2026-05-18"), ("2026-12-25", "2026-12-28"), ("2026-03-11", "2026-03-11")):
        start = day(datetime.date.fromisoformat(raw)) - 14
        found = tell(f"end statutory 0 {start} {start} P2W", rules=TOP / "rules")
        assert date_of(found[0]).isoformat() == due, f"{raw}: {date_of(found[0])}, expected {due}"


# ---- hours ----

def test_hours():
    try:
        amsterdam = zoneinfo.ZoneInfo("Europe/Amsterdam")
    except zoneinfo.ZoneInfoNotFoundError:
        print("SKIPPED: there is no time zone database on this machine, so hours are not compared with it")
        return
    moments = []
    for year in range(1996, 2038):
        for month in (3, 10):
            sunday = datetime.datetime(year, month, 31, tzinfo=datetime.timezone.utc)
            sunday -= datetime.timedelta(days=sunday.isoweekday() % 7)
            for half_hour in range(-100, 100):
                minute = int(sunday.timestamp()) // 60 + 60 + 30 * half_hour
                moments += [(minute, hours) for hours in (0, 1, 24, 48)]
    found, at = tell(*(f"moment {minute} {hours}" for minute, hours in moments)), 0
    for minute, hours in moments:
        local = datetime.datetime.fromtimestamp((minute + 60 * hours) * 60, amsterdam)
        expected = (minute + 60 * hours, day(local.date()), int(local.utcoffset().total_seconds()) // 60)
        assert tuple(found[at:at + 3]) == expected, f"{minute} and {hours} hours: {found[at:at + 3]}, expected {expected}"
        at += 3
    first, last = day(datetime.date(1996, 1, 1)), day(datetime.date(2037, 12, 31))
    expected = array.array("i")
    for number in range(first, last + 1):
        next_day = date_of(number + 1)
        midnight = datetime.datetime(next_day.year, next_day.month, next_day.day, tzinfo=amsterdam)
        expected.append(int(midnight.timestamp()) // 60)
    same(tell(f"midnight {first} {last}"), expected, "the end of the day", lambda at: date_of(first + at))


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"ok {name}", flush=True)
    sys.exit(0)
