"""The engine against a second evaluator, written from the design alone, over random cases of every covenant.

COVENANT_CASES=2000 for a longer run (that many cases of each region), COVENANT_SEED for another.
"""
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import compare  # noqa: E402

COVENANTD = os.environ.get("COVENANTD") or compare.TOP / "build/covenantd"
SEED = os.environ.get("COVENANT_SEED") or compare.SEED
# Few of the covenants that are served, whose rules are alike; more of the one in which every key stands.
CASES, CASES_OF_EVERY_KEY = 6, 50


class Reference(unittest.TestCase):
    def test_own_covenant_has_its_examples(self):
        """Its examples are the differences that were once found, each decided from the text."""
        checked = subprocess.run([COVENANTD, "--check", compare.proefstad()], capture_output=True, text=True, check=False)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_random_cases(self):
        asked, wrong, total = os.environ.get("COVENANT_CASES"), 0, 0
        print(f"repeat with: COVENANT_SEED={SEED} make test TEST=reference")
        for region, folder in compare.worlds().items():
            number = int(asked) if asked else CASES_OF_EVERY_KEY if region == "proefstad" else CASES
            found, decided = compare.compare(region, folder, number, SEED)
            total += decided
            wrong += len(found)
            if found:
                print(f"{region}: {len(found)} differences in {decided} decisions")
                compare.show(region, folder, found[:20], 1)
        print(f"{total} decisions compared")
        self.assertEqual(wrong, 0, "the reference and the engine decide differently")
        self.assertGreater(total, 0)
