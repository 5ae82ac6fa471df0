"""Records of every version are decided again by this one, byte for byte (see tests/records/README.md)."""

import os
import pathlib
import re
import subprocess
import tarfile
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
COVENANT = os.environ.get("COVENANT") or str(TOP / "build/covenant")


def test_records_of_every_version():
    versions = sorted((TOP / "tests/records").glob("*.tar.xz"))
    assert versions
    for version in versions:
        total, regions, wrong = 0, 0, []
        with tempfile.TemporaryDirectory() as name:
            with tarfile.open(version) as archive:
                archive.extractall(name)
            for log in sorted(path for path in pathlib.Path(name).glob("*/*") if path.is_dir()):
                done = subprocess.run([COVENANT, "replay", "--from", log], capture_output=True, text=True)
                told = re.search(r"^(\d+) identical, (\d+) different, (\d+) erased$", done.stdout, re.M)
                if done.returncode or not told or told[2] != "0" or told[3] != "0" or told[1] == "0":
                    wrong.append(f"{log.name}:\n{done.stdout}{done.stderr}")
                else:
                    total, regions = total + int(told[1]), regions + 1
        print(f"{version.name}: {total} records of {regions} regions, identical")
        assert not wrong, "\n".join(wrong) + "\nwhen a decision may change: tests/records/README.md"
        assert regions >= 9 and total >= 250
