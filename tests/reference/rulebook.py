"""Reads a folder of rules, trusting that the daemon has checked it: this reader checks nothing."""
import pathlib

import yaml

from terms import Calendar, day

NEVER_INHERITED = ("covenant", "version", "based_on", "title", "in_force", "ongoing_cases")


def read_yaml(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


class Covenant:
    """One version: its sections, or those of the version that it is based on."""

    def __init__(self, data, base):
        self.data = {key: value for key, value in (base.data if base else {}).items() if key not in NEVER_INHERITED}
        self.data.update(data)
        self.version = data["version"]
        self.first = day(data["in_force"]["from"])
        self.last = day(data["in_force"]["until"]) if "until" in data["in_force"] else None
        self.moves = data.get("ongoing_cases") == "move"

    def in_force(self, on):
        return self.first <= on and (self.last is None or on <= self.last)


class Rulebook:
    """The rules of one region."""

    def __init__(self, folder, region):
        folder = pathlib.Path(folder)
        national = folder / "national"
        vocabulary = read_yaml(national / "vocabulary.yaml")
        self.calendar = Calendar(read_yaml(national / "calendar.yaml"))
        self.law = {entry["id"]: entry for entry in read_yaml(national / "law.yaml")["deadlines"]}
        self.facts, self.events = dict(vocabulary["facts"]), dict(vocabulary["events"])
        self.derived = vocabulary.get("derived", {})
        self.roles = vocabulary["roles"]
        self.region = self.versions({path.parts[-2]: read_yaml(path) for path in folder.glob(f"{region}/*/covenant.yaml")})

    def versions(self, files):
        made = {}

        def make(version):
            if version not in made:
                data = files[version]
                made[version] = Covenant(data, make(data["based_on"]) if "based_on" in data else None)
                self.facts.update(data.get("facts", {}))
                self.events.update(data.get("events", {}))
            return made[version]

        return sorted((make(version) for version in files), key=lambda covenant: covenant.first)
