"""What report.py makes of rounds. A comparison is worth what its yardstick is."""

import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "benchmarks/fanout"))
import report  # pylint: disable=wrong-import-position


def turn(peer, place, cpu, size=76, **counters):
    return {"name": f"all/{peer}/clients:10/bytes:{size}/round:{place}/iterations:1/manual_time",
            "cpu_us": cpu, "user_us": 0.1, "dropped": 0, "rss_after_bytes": 500, **counters}


class ReportTest(unittest.TestCase):
    def test_takes_medians_and_ratios_within_the_same_round(self):
        turns = []
        for place, (floor, other) in enumerate([(1, 2), (10, 11), (2, 6)]):
            turns += [turn("floor", place, floor), turn("x", place, other)]
        floor, other = report.summarise(turns)
        self.assertEqual((floor["peer"], floor["cpu_us"], floor["ratio"]), ("floor", 2, 1))
        self.assertEqual((other["cpu_us"], other["rounds"]), (6, 3))
        self.assertEqual(other["ratio"], 2)  # of 2, 1.1 and 3
        self.assertAlmostEqual(other["user_us"], 0.1)

    def test_compares_a_compressed_peer_with_the_plain_one(self):
        turns = []
        for place, (plain, compressed) in enumerate([(2, 3), (4, 5), (10, 11)]):
            turns += [turn("tickerhub", place, plain),
                      turn("tickerhub-deflate", place, compressed,
                           rss_after_bytes=700 if place == 1 else 500)]
        plain, compressed = report.summarise(turns)
        self.assertEqual(plain["ratio_plain"], 0)
        self.assertAlmostEqual(compressed["ratio_plain"], 1.25)  # of 1.5, 1.25 and 1.1
        self.assertEqual(compressed["rss_after_bytes"], 700)

    def test_counts_what_was_dropped_and_keeps_cells_apart(self):
        rows = report.summarise([turn("x", 0, 1, dropped=3), turn("x", 1, 1, dropped=2),
                                 turn("x", 0, 5, size=4096)])
        self.assertEqual([row["dropped"] for row in rows], [5, 0])
        self.assertEqual([row["cpu_us"] for row in rows], [1, 5])

    def test_leaves_out_a_turn_that_failed(self):
        failed = {"name": "all/x/clients:10/bytes:76/round:1", "error_occurred": True}
        self.assertEqual(report.summarise([turn("x", 0, 1), failed])[0]["rounds"], 1)


if __name__ == "__main__":
    unittest.main()
