"""The archive of a fleet: the same each time, its labels true of its logs; and how answers are judged.

fleet_test.py PERFLEAK_SIM"""

import argparse
import datetime
import gzip
import hashlib
import io
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools" / "fleet"))

import answers  # noqa: E402
import make  # noqa: E402

SIM = ""
SIZE = ("--machines", "5", "--logs", "24", "--bytes", "3M")


def written(folder, seed, *more):
    subprocess.run([SIM, "fleet", "--out", str(folder), "--seed", str(seed), *SIZE, *more], check=True)
    return folder


def hashes(folder):
    archive = folder / "archive"
    return {str(file.relative_to(archive)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(archive.rglob("*.csv"))}


def labels_of(folder):
    return json.loads((folder / "labels.json").read_text(encoding="utf-8"))


def utc(stamp, bias_minutes):
    local = datetime.datetime.strptime(stamp, "%m/%d/%Y %H:%M:%S.%f")
    return local + datetime.timedelta(minutes=bias_minutes)


class LogsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.temporary.name)
        cls.fleet = written(cls.root / "fleet", 3)
        cls.labels = labels_of(cls.fleet)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def test_one_seed_one_archive(self):
        again = written(self.root / "again", 3)
        self.assertEqual(hashes(again), hashes(self.fleet))
        self.assertEqual(labels_of(again), self.labels)
        self.assertNotEqual(hashes(written(self.root / "other", 4)), hashes(self.fleet))

    def test_parts_make_the_whole(self):
        parts = [written(self.root / f"part-{i}", 3, "--part", str(i), "--parts", "2") for i in (0, 1)]
        self.assertEqual(hashes(parts[0]) | hashes(parts[1]), hashes(self.fleet))

    def test_every_log_is_in_the_labels(self):
        named = {name for log in self.labels["logs"] for name in [log["path"], *log["copies"]]}
        self.assertEqual(set(hashes(self.fleet)), named)

    def test_labels_are_true_of_the_logs(self):
        for log in self.labels["logs"]:
            path = self.fleet / "archive" / log["path"]
            self.assertEqual(path.stat().st_size, log["bytes"])
            header, *rows = path.read_text(encoding="utf-8").splitlines()
            zone, *paths = header.strip('"').split('","')
            self.assertEqual((len(rows), len(paths)), (log["rows"], log["columns"]))
            self.assertTrue(all(row.count('","') == len(paths) for row in rows))
            machines = {path.split("\\")[2].upper() for path in paths}
            self.assertEqual(machines, set(log["machines"]))
            bias = int(re.fullmatch(r"\(PDH-CSV 4.0\) \(.*\)\((-?\d+)\)", zone)[1])
            for row, name in ((rows[0], "start"), (rows[-1], "end")):
                said = datetime.datetime.fromisoformat(log[name].rstrip("Z"))
                off = abs((utc(row[1:24], bias) - said).total_seconds())
                self.assertLessEqual(off, 1, log["path"])

    def test_copies_are_the_same(self):
        bytes_of = hashes(self.fleet)
        copies = [(log["path"], copy) for log in self.labels["logs"] for copy in log["copies"]]
        self.assertTrue(copies)
        for path, copy in copies:
            self.assertEqual(bytes_of[copy], bytes_of[path])

    def test_what_leaks_grows_in_the_logs(self):
        for machine in self.labels["machines"]:
            for leak in machine["leaks"]:
                values = self.values_of(machine["machine"], leak["path"], leak["since"])
                self.assertGreater(max(values) - values[0], .5 * min(leak["grown"], 2 ** 30) / leak["lives"],
                                   leak["path"])

    def values_of(self, machine, path, since):
        values = []
        for log in self.labels["logs"]:
            if machine not in log["machines"] or log["end"] < since:
                continue
            text = (self.fleet / "archive" / log["path"]).read_text(encoding="utf-8")
            header, *rows = text.splitlines()
            paths = header.lower().strip('"').split('","')
            if path.lower() in paths:
                cells = (row.strip('"').split('","')[paths.index(path.lower())] for row in rows)
                values += [float(cell) for cell in cells if cell.strip()]
        return values

    def test_several_machines_leak_the_same_since_different_days(self):
        since = [leak["since"] for machine in self.labels["machines"] if machine["story"] == "rollout"
                 for leak in machine["leaks"]]
        self.assertEqual(len(set(since)), 2)


@unittest.skipUnless(all(shutil.which(tool) for tool in ("zip", "zstd", "7zz")), "tools/setup --fleet")
class ArchiveTest(unittest.TestCase):
    def test_containers_hold_what_was_written(self):
        with tempfile.TemporaryDirectory() as temporary:
            root = pathlib.Path(temporary)
            text = hashes(written(root / "text", 3))
            for name in ("packed", "again"):
                options = argparse.Namespace(out=root / name, seed=3, machines=5, logs=24, bytes="3M",
                                             small=False, jobs=2, sim=SIM)
                make.make(options)
            packed = self.files_of(root / "packed")
            self.assertEqual(packed, self.files_of(root / "again"))
            labels = labels_of(root / "packed")
            compared = 0
            for log in labels["logs"]:
                data = self.read(root / "packed/archive", log["stored"])
                if data is not None:
                    self.assertEqual(hashlib.sha256(data).hexdigest(), text[log["path"]], log["stored"])
                    compared += 1
            self.assertGreater(compared, len(labels["logs"]) / 2)
            for scrap in labels["junk"]:
                file = scrap["name"].split(".zip/")[0]
                self.assertTrue(any((root / "packed/archive").glob(file + "*")), scrap["name"])

    def files_of(self, folder):
        return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
                for file in folder.rglob("*") if file.is_file() and "private.zip" not in file.name}

    def read(self, root, stored):
        """Text of a log; None if it is in what Python cannot read."""
        match = re.fullmatch(r"(.*?\.(zip|tar\.gz|tar\.xz|7z))/(.*)", stored)
        if match is None:
            if stored.endswith(".zst"):
                return None
            data = (root / stored).read_bytes()
            return gzip.decompress(data) if stored.endswith(".gz") else data
        container, kind, name = match.groups()
        if kind == "7z":
            return None
        if kind != "zip":
            with tarfile.open(root / container) as tar:
                return tar.extractfile(name).read()
        with zipfile.ZipFile(root / container) as outer:
            inner = re.fullmatch(r"(part\d+\.zip)/(.*)", name)
            if inner is None:
                return outer.read(name)
            with zipfile.ZipFile(io.BytesIO(outer.read(inner[1]))) as part:
                return part.read(inner[2])


def leak(component, until=None):
    return {"component": component, "path": f"\\\\A\\Process({component})\\Private Bytes",
            "slope_per_hour": 100.0, "since": "2019-03-01T00:00:00Z", "until": until}


def suspect(component, verdict="leak", movement="same", slope=110.0):
    return {"component": component, "verdict": verdict, "movement": movement, "kind": "heap",
            "growth_in": {"path": f"\\\\A\\Process({component})\\private bytes", "slope_per_hour": slope,
                          "since": "2019-03-01T06:00:00Z"}}


class AnswersTest(unittest.TestCase):
    def judged(self, leaks, suspects, logs=(), junk=(), files=()):
        span = {"start": "2019-02-01T00:00:00Z", "end": "2019-05-01T00:00:00Z"}
        labels = {"machines": [{"machine": "A", "story": "heap", "interval_s": 60, "leaks": leaks} | span],
                  "logs": list(logs), "junk": list(junk)}
        report = {"machines": [{"name": "a", "input": span, "suspects": suspects}],
                  "files": [{"name": f"/x/archive/{name}", "outcome": said} for name, said in files]}
        return answers.judge(labels, report)

    def test_found_with_its_errors(self):
        judged = self.judged([leak("store")], [suspect("Store")])
        self.assertEqual(judged.missed_share(), 0)
        self.assertAlmostEqual(judged.culprits[0].slope_error, .1)
        self.assertEqual(judged.culprits[0].since_error_h, 6)
        self.assertEqual((judged.false_alarms, judged.problems), ([], []))

    def test_missed_and_false(self):
        judged = self.judged([leak("store")], [suspect("mmc")])
        self.assertEqual(judged.missed_share(), 1)
        self.assertEqual([one["component"] for _, one in judged.false_alarms], ["mmc"])

    def test_what_was_fixed_has_to_be_over(self):
        fixed = leak("store", "2019-04-01T00:00:00Z")
        self.assertFalse(self.judged([fixed], [suspect("store")]).culprits[0].right_movement)
        over = self.judged([fixed], [suspect("store", movement="over")])
        self.assertTrue(over.culprits[0].right_movement)
        self.assertFalse(self.judged([leak("s")], [suspect("s", movement="over")]).culprits[0].right_movement)

    def test_a_log_and_its_copy_are_read_once(self):
        log = {"stored": "a.zip/a/1.csv", "copies": ["old/copy.csv.gz"]}
        right = [("a.zip/a/1.csv", "duplicate"), ("old/copy.csv.gz/copy.csv", "read")]
        self.assertEqual(self.judged([], [], [log], files=right).problems, [])
        twice = [("a.zip/a/1.csv", "read"), ("old/copy.csv.gz", "read")]
        self.assertEqual(len(self.judged([], [], [log], files=twice).problems), 1)
        self.assertEqual(len(self.judged([], [], [log], files=right[:1]).problems), 1)

    def test_junk_is_called_what_it_is(self):
        scraps = [{"name": "readme.txt", "outcome": "no-log"}, {"name": "n.zip", "outcome": "no-log"}]
        right = [("readme.txt", "no-log"), ("n.zip/notes.txt", "no-log")]
        self.assertEqual(self.judged([], [], junk=scraps, files=right).problems, [])
        damaged = [{"name": "d.zip", "outcome": "failed"}, {"name": "d.zip/1.csv", "outcome": "read"}]
        files = [("d.zip", "failed"), ("d.zip/1.csv", "read")]
        self.assertEqual(self.judged([], [], junk=damaged, files=files).problems, [])
        wrong = [("readme.txt", "failed")]
        self.assertEqual(len(self.judged([], [], junk=scraps, files=wrong).problems), 2)

    def test_machines_nobody_made(self):
        labels = {"machines": [], "logs": [], "junk": []}
        report = {"machines": [{"name": "GHOST", "suspects": []}], "files": []}
        self.assertEqual(len(answers.judge(labels, report).problems), 1)


if __name__ == "__main__":
    SIM = sys.argv.pop(1)
    unittest.main()
