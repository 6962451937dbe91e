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

    def test_sums_up_a_thousand_clients_for_the_readme(self):
        def of_thousand(peer, cpu, size=76):
            return {**turn(peer, 0, cpu, size),
                    "name": f"all/{peer}/clients:1000/bytes:{size}/round:0"}

        def connected(peer, rss):
            return {**turn(peer, 0, 0), "rss_bytes": rss,
                    "name": f"connect/{peer}/clients:1000/bytes:0/round:0"}

        turns = [of_thousand("floor", 2), of_thousand("tickerhub", 2.2), of_thousand("ws", 5),
                 of_thousand("tickerhub-2loops", 3), of_thousand("express-ws", 4),
                 of_thousand("floor", 2, 4096), of_thousand("tickerhub", 2, 4096),
                 connected("floor", 8), connected("tickerhub", 390), connected("ws", 10_597),
                 connected("tickerhub-2loops", 500), connected("express-ws", 18_783)]
        text = report.summary({"commit": "abc"}, report.summarise(turns))
        self.assertEqual(text.splitlines()[2:], [
            "| **tickerhub** | 1.10 / 1.00 | 390 |", "| Node `ws` | 2.50 / – | 10,597 |",
            "| Node `express-ws` | 2.00 / – | 18,783 |", "", "Commit abc."])
        self.assertEqual(report.summary({"commit": "abc"}, report.summarise([turn("x", 0, 1)])), "")


if __name__ == "__main__":
    unittest.main()
