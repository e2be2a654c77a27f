"""A cluster in virtual time, which runs nothing and counts what its cores would do."""

import hashlib
import heapq
from collections import deque
from dataclasses import asdict, dataclass, field

SHORTEST, LONGEST = 0.5, 1.5
"""A batch takes between so many times the seconds that were planned for it."""


@dataclass
class SimulatedJob:
    """A job as it was submitted, and when (virtual seconds) it was submitted, started and over."""

    batch: str
    attempt: int
    threads: int
    megabytes: int
    minutes: int
    seconds: float
    dies: bool
    submitted: float
    start: float | None = None
    end: float | None = None


def spread(batch, seconds):
    """How long a batch takes: another share of what was planned for each, but the same each time."""
    digest = hashlib.sha256(batch.encode()).digest()
    return seconds * (SHORTEST + (LONGEST - SHORTEST) * digest[0] / 255)


@dataclass
class SimulatedCluster:
    """Cores that take jobs in the order in which they come; `expected` jobs in all, after which time may jump."""

    cores: int
    expected: int
    jobs: list[SimulatedJob] = field(default_factory=list)
    waiting: deque = field(default_factory=deque)
    running: list = field(default_factory=list)
    started: int = 0
    full: float | None = None

    def submit(self, job, now):
        """Takes a job; returns its number."""
        self.advance(now)
        self.jobs.append(job)
        self.waiting.append(len(self.jobs) - 1)
        self._start(now)
        return len(self.jobs) - 1

    def advance(self, now):
        """Lets time pass: what ends meanwhile makes room at that very moment."""
        while self.running and self.running[0][0] <= now:
            end, _ = heapq.heappop(self.running)
            self._start(end)

    def is_over(self, number, now):
        """Whether a job has ended; once the last one has started, none is waited for."""
        job = self.jobs[number]
        return job.end is not None and (job.end <= now or self.started == self.expected)

    def _start(self, now):
        while self.waiting and len(self.running) < self.cores:
            number = self.waiting.popleft()
            job = self.jobs[number]
            job.start, job.end = now, now + (job.seconds / 2 if job.dies else job.seconds)
            self.expected += job.dies
            self.started += 1
            heapq.heappush(self.running, (job.end, number))
            if self.full is None and len(self.running) == self.cores:
                self.full = now

    def occupancy(self):
        """The share of time that cores were busy, from when all were for the first time until the last job started."""
        begin, end = self.full, max(job.start for job in self.jobs)
        busy = sum(max(0.0, min(job.end, end) - max(job.start, begin)) for job in self.jobs)
        return busy / (self.cores * (end - begin))

    def found(self):
        """All jobs; if all cores were busy at some time, how long that took from the first start, and the occupancy."""
        found = {"cores": self.cores, "jobs": [asdict(job) for job in self.jobs]}
        if self.full is not None:
            found |= {"filling": self.full - min(job.start for job in self.jobs), "occupancy": self.occupancy()}
        return found
