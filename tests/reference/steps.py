"""Next steps of the reference: everything somebody has to do now or soon, from all sections."""
import re

from deadlines import action_status, last_day
from sections import judge, waiver
from terms import day


class Steps:
    def __init__(self, sections, point):
        self.sections, self.point, self.found = sections, point, {}

    def add(self, step, who, due=None):
        """The same step asked twice is one step."""
        if step in self.found:
            return
        self.found[step] = {"who": who}
        if due:
            self.found[step].update(due=due, overdue=last_day(due) < self.point.on)

    def action(self, action, rule, start, entry=None):
        if "before" in action:
            window = self.sections.deadline(self.point, action["before"])
            due = window.get("due") if window else None
            return self.add(action.get("id", rule["id"]), action["who"], due)
        made = action_status(self.point, action, start, entry)
        if made["status"] != "done":
            self.add(action.get("id", rule["id"]), action["who"], made["due"])


def next_steps(sections, point, decision):
    steps = Steps(sections, point)
    written = sections.covenant.data
    if "eligibility" in written:
        of_eligibility(steps, point, written["eligibility"], decision["eligibility"]["outcome"])
    if "next" in decision.get("support", {}) and decision["support"]["next"]["may_step"] == "yes":
        steps.add(decision["support"]["next"]["rule"], "care_provider")
    for rule in sections.deadlines:
        of_deadline(steps, point, rule, decision["deadlines"].get(rule["id"]))
    of_contract(steps, point, written, decision)
    of_nuisance(steps, sections, point)
    of_journey(steps, point, written, decision)
    return steps.found


def of_eligibility(steps, point, rules, outcome):
    for rule in rules["requirements"]:
        if "otherwise" in rule and judge(point, rule, waiver(point, rules, rule["id"]))["holds"] is False:
            steps.action(rule["otherwise"], rule, point.on)
    for rule in rules.get("conditions", []) if outcome == "eligible" else []:
        if "otherwise" in rule and judge(point, rule)["holds"] is not True:
            steps.action(rule["otherwise"], rule, point.on)


def of_deadline(steps, point, rule, found):
    if not found:
        return
    status = found["status"]
    duty = status in ("running", "target_passed", "paused", "overdue")
    duty |= status == "undetermined" and "started" in found and "met_on" not in found     # open, and a duty all the same
    duty |= status == "open" and "when_passed" not in rule                  # else the law says what happens instead
    if duty and rule["owner"] != "client" and "met_by" in rule:
        steps.add(rule["id"], rule["owner"], found.get("due"))
    if status in ("overdue", "closed") and rule["owner"] != "client" and "when_missed" in rule:
        steps.action(rule["when_missed"], rule, found["due_day"])


def of_contract(steps, point, written, decision):
    made = decision.get("contract", {}).get("conversion", {})
    if "rule" not in made:
        return
    rule = next(rule for rule in written["contracts"]["conversions"] if rule["id"] == made["rule"])
    then = made.get("then", made["outcome"])
    for requirement in rule.get("requirements", []):
        if "otherwise" in requirement and judge(point, requirement)["holds"] is False:
            steps.action(requirement["otherwise"], requirement, point.on)
    for role in made.get("approvals", {}).get("lacking", []) if made["outcome"] == "convertible" else []:
        steps.add(f"approve:{rule['id']}:{role}", role)
    if "otherwise" in rule and then == "not_met" and (made["outcome"] != "not_yet" or "before" in rule["otherwise"]):
        steps.action(rule["otherwise"], rule, made["earliest"])


def of_nuisance(steps, sections, point):
    if not sections.ladder:
        return
    state = sections.ladder.climb(point)
    if state["level"] and state["start"]:
        level = state["rules"]["levels"][state["level"] - 1]
        for action in level.get("actions", []):
            steps.action(action, level, state["since"], state["start"])
    rules = sections.ladder.rules_of(point.on)
    if "relapse" in rules and sections.ladder.relapse(point.on) is True:
        for action in rules["relapse"].get("actions", []):
            steps.action(action, rules["relapse"], sections.ladder.relapse_since(point.on))


def of_journey(steps, point, written, decision):
    reached = decision.get("journey", {})
    for rule in written.get("journey", []):
        if rule["stage"] == reached.get("stage"):
            for action in rule.get("then", []):
                steps.action(action, rule, reached["since"], arrival(point, rule, reached["since"]))


def arrival(point, rule, on):
    """The event that made the stage: of those that its condition asks about, the last one on that day."""
    names = re.findall(r"happened\((\w+)\)", rule["when"])
    made = [entry for name in names for entry in point.of(name) if day(entry["on"]) == on]
    return made[-1] if made else None
