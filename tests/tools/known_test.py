"""The place of an entry among known issues, and what a log is made of for it."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools" / "evaluation"))

import known  # noqa: E402
import known_cases  # noqa: E402


def listed(*entries):
    return [{"id": name, "grade": "fits", "tie_group": group} for name, group in entries]


def entry(**fields):
    return {"id": "Q1", "type": "leak", "family": "exchange", "affects": ["exchange-5.5-sp3"],
            "processes": ["store"], "any_host": False, "host_examples": [],
            "resources": ["private-bytes"], "counters": [], "pool_tags": [], "events": [],
            "rate_per_hour": None, "step": None, "last_modified": "1999-03-30"} | fields


def case_of(**fields):
    return next(known_cases.cases_of([entry(**fields)], 1))


class PlaceTest(unittest.TestCase):
    def chances(self, place, most):
        return place.expected(most), place.best(most), place.worst(most)

    def test_alone_on_its_place(self):
        place = known.place_of("Q2", listed(("Q1", 0), ("Q2", 0)))
        self.assertEqual((place.ahead, place.tie), (1, 1))
        self.assertEqual(self.chances(place, 1), (0, 0, 0))
        self.assertEqual(self.chances(place, 5), (1, 1, 1))

    def test_a_tie_shares_its_places(self):
        # Places 1 to 4 are shared: first in one draw of four, always among five.
        place = known.place_of("Q3", listed(("Q1", 7), ("Q2", 7), ("Q3", 7), ("Q4", 7), ("Q5", 0)))
        self.assertEqual((place.ahead, place.tie), (0, 4))
        self.assertEqual(self.chances(place, 1), (.25, 1, 0))
        self.assertEqual(self.chances(place, 5), (1, 1, 1))

    def test_a_tie_across_the_fifth_place(self):
        # Three ahead, four on places 4 to 7: two of the four places are among five.
        place = known.place_of("Q4", listed(("Q1", 0), ("Q2", 0), ("Q3", 0), ("Q4", 2), ("Q5", 2),
                                            ("Q6", 2), ("Q7", 2)))
        self.assertEqual(self.chances(place, 5), (.5, 1, 0))

    def test_a_defect_not_in_the_catalogue_takes_no_place(self):
        place = known.place_of("Q1", listed(("", 0), ("Q1", 0)))
        self.assertEqual((place.ahead, place.tie), (0, 1))

    def test_group_0_is_no_tie(self):
        self.assertEqual(known.place_of("Q2", listed(("Q1", 0), ("Q2", 0))).tie, 1)

    def test_not_listed(self):
        self.assertIsNone(known.place_of("Q9", listed(("Q1", 0))))


class JudgeTest(unittest.TestCase):
    def report(self, path, issues, explained=()):
        return {"suspects": [{"verdict": "leak", "growth_in": {"path": path},
                              "known_issues": issues}], "explained": list(explained)}

    def test_only_the_suspect_that_grows_counts(self):
        case = case_of()
        wrong = self.report("\\\\M\\Process(mad)\\Private Bytes", listed(("Q1", 0)))
        self.assertEqual(known.judge(case, wrong).called, "missed")
        right = self.report("\\\\M\\Process(Store#1)\\Handle Count", listed(("Q2", 0), ("Q1", 0)))
        answer = known.judge(case, right)
        self.assertEqual((answer.called, answer.place.ahead, answer.false_fits), ("leak", 1, 1))

    def test_growth_by_design_may_be_explained(self):
        case = case_of(type="cache-growth", processes=["System"], resources=["file-cache"])
        line = {"path": "\\\\M\\Memory\\Cache Bytes", "known_issues": [{"id": "Q1"}]}
        report = {"suspects": [], "explained": [line]}
        self.assertEqual(known.judge(case, report).called, "explained")


class CaseTest(unittest.TestCase):
    def test_a_named_process_grows_as_stated(self):
        case = case_of(rate_per_hour={"low": 3, "high": 3, "unit": "MB"})
        self.assertEqual(case.statement["growth"], [
            {"process": "store", "resource": "private-bytes", "per_hour": 3 * 1024 * 1024}])
        self.assertEqual(case.statement["products"], ["exchange-5.5"])
        self.assertEqual(case.processes, {"store"})

    def test_what_no_counter_shows_is_not_made(self):
        self.assertEqual(case_of(resources=["desktop-heap"]).unseen, "desktop-heap")

    def test_the_kernels_pool(self):
        case = case_of(processes=["System"], resources=["nonpaged-pool"], affects=["winnt-4.0"])
        self.assertNotIn("process", case.statement["growth"][0])
        self.assertEqual(case.counters, {"memory\\pool nonpaged bytes"})

    def test_any_host_grows_in_an_image_of_the_examples(self):
        case = case_of(processes=[], any_host=True, host_examples=["gateways", "wscript"])
        self.assertEqual(case.processes, {"wscript"})

    def test_each_level_tells_more(self):
        case = case_of(affects=["exchange-5.5-sp3", "winnt-4.0-sp4"], pool_tags=["Abcd"],
                       events=[{"source": "EventLog", "id": 6008}])
        family, version = ("--product", "exchange"), ("--product", "exchange-5.5-sp3")
        windows, event = ("--windows", "winnt-4.0-sp4"), ("--event", "EventLog:6008")
        self.assertEqual(case.told, [[], [family], [version, windows], [version, windows, event],
                                     [version, windows, event, ("--pool-tag", "Abcd")]])

    def test_the_log_is_of_a_year_in_which_the_versions_were_in_service(self):
        for seed in range(40):
            case = next(known_cases.cases_of([entry(affects=["win2003-sp1"])], seed))
            self.assertIn(int(case.statement["start"][:4]), range(2006, 2010))

    def test_unknown_programs_have_names_no_entry_has(self):
        cases = list(known_cases.unknown_cases([entry()], 30, 1))
        self.assertEqual(len(cases), 30)
        self.assertTrue(all(not case.id and case.processes != {"store"} for case in cases))


if __name__ == "__main__":
    unittest.main()
