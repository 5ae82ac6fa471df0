"""Dates, terms and the calendar of the reference: slow, a day at a time, written from the articles of the law."""
import datetime
import re
import zoneinfo

AMSTERDAM = zoneinfo.ZoneInfo("Europe/Amsterdam")
DAY = datetime.timedelta(days=1)


def day(text):
    return datetime.date.fromisoformat(text)


class Term:
    """`P6M`, `P14D`, `PT24H`, `5 working days`."""

    def __init__(self, text):
        self.text = text
        self.years = self.months = self.weeks = self.days = self.hours = self.working = 0
        working = re.fullmatch(r"(\d+) working days?", text)
        iso = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(\d+)H)?", text)
        if working:
            self.working = int(working.group(1))
        else:
            self.years, self.months, self.weeks, self.days, self.hours = (int(part or 0) for part in iso.groups())

    def after(self, date, sign=1):
        """Calendar terms only: the months first (cut to the month's end), then the days."""
        months = date.year * 12 + date.month - 1 + sign * (self.years * 12 + self.months)
        year, month = months // 12, months % 12 + 1
        last = (datetime.date(year + month // 12, month % 12 + 1, 1) - DAY).day
        return datetime.date(year, month, min(date.day, last)) + sign * (self.weeks * 7 + self.days) * DAY


def months_between(start, end):
    """The largest n with start plus n months on or before end."""
    number = (end.year - start.year) * 12 + end.month - start.month + 1
    while add_months(start, number) > end:
        number -= 1
    return number


def add_months(date, number):
    term = Term("P0M")
    term.months = abs(number)
    return term.after(date, 1 if number >= 0 else -1)


def years_between(start, end):
    number = end.year - start.year + 1
    while add_months(start, number * 12) > end:
        number -= 1
    return number


def easter(year):
    """The Gregorian computus (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    extra = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * extra) // 451
    month, rest = divmod(h + extra - 7 * m + 114, 31)
    return datetime.date(year, month, rest + 1)


class Calendar:
    def __init__(self, data):
        self.holidays = list(data["holidays"].values())
        known = data["equated"]["known"]
        self.known = range(int(known["from"]), int(known["until"]) + 1)
        self.equated = {day(entry["on"]) for entry in data["equated"]["days"]}
        self.by_year = {}

    def of_year(self, year):
        if year not in self.by_year:
            days = set()
            for holiday in self.holidays:
                if not int(holiday.get("from", 0)) <= year <= int(holiday.get("until", 9999)):
                    continue
                if "month" in holiday:
                    date = datetime.date(year, int(holiday["month"]), int(holiday["day"]))
                    if date.weekday() == 6:
                        date += int(holiday.get("moves_from_sunday", 0)) * DAY
                else:
                    date = easter(year) + int(holiday["days_from_easter"]) * DAY
                days.add(date)
            self.by_year[year] = days
        return self.by_year[year]

    def is_rest(self, date):
        return date.weekday() >= 5 or date in self.of_year(date.year) or date in self.equated

    def working_day_after(self, date, number):
        while number > 0:
            date += DAY
            if not self.is_rest(date):
                number -= 1
        return date

    def end(self, date, text):
        """Date plus term, of days or longer."""
        term = Term(text)
        return self.working_day_after(date, term.working) if term.working else term.after(date)

    def is_open_year(self, first, last):
        """Does a day from first to last lie in a year whose equated days are not all known?"""
        return any(year not in self.known for year in range(first.year, last.year + 1))

    def move(self, start, term, regime, end):
        """An end as the calendar moves it; `start` is the day before the term's first day. Also whether equated days
        that nobody knows yet could have moved it otherwise."""
        if regime == "as_written" or term.hours:
            return end, False
        if regime == "statutory" and (term.years or term.months > 3 or term.weeks > 12 or term.days > 90):
            return end, False                        # article 4
        moved = end
        while self.is_rest(moved):                   # article 1
            moved += DAY
        uncertain = False
        if regime == "statutory" and (term.working >= 3 or term.days >= 3 or term.weeks or term.months):
            while sum(not self.is_rest(date) for date in days(start + DAY, moved)) < 2:   # article 2
                moved += DAY
            ordinary = [date for date in days(start + DAY, moved) if not self.is_rest(date)]
            sure = [date for date in ordinary if date.year in self.known]
            uncertain = len(sure) < 2 and sure != ordinary
        return moved, uncertain or self.is_open_year(end, moved)


def days(first, last):
    return [first + number * DAY for number in range((last - first).days + 1)]


def moment(on, at):
    """The time of an event; without one, the end of its day."""
    if at:
        return datetime.datetime.fromisoformat(at)
    return datetime.datetime.combine(on + DAY, datetime.time(), AMSTERDAM)


def hours_after(start, hours):
    return (start.astimezone(datetime.timezone.utc) + datetime.timedelta(hours=hours)).astimezone(AMSTERDAM)


def last_day(due):
    """The last day on which something is in time; midnight ends the day before it."""
    if isinstance(due, datetime.datetime):
        due = (due.astimezone(datetime.timezone.utc) - datetime.timedelta(microseconds=1)).astimezone(AMSTERDAM)
        return due.date()
    return due
