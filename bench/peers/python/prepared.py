"""A prepared work item and the loop that times it."""
import time


class Prepared:
    def __init__(self, results, run, begin=None, note=None):
        self.results, self.run, self.begin, self.note = results, run, begin, note

    def time(self, runs):
        if self.begin is not None:
            self.begin()
        run = self.run
        start = time.perf_counter()
        for _ in range(runs):
            run()
        return time.perf_counter() - start


def fastest(candidates, tries, runs):
    """Of several ways to do the same, the one with the least best time."""
    for made in candidates:
        made.time(runs)
    times = [min(made.time(runs) for _ in range(tries)) for made in candidates]
    return candidates[times.index(min(times))]
