"""What a run has shown, in a few lines."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.chaos.run import Result

SHOWN = 8


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def spread(values: Sequence[float]) -> str:
    shares = [percentile(values, share) * 1000 for share in (0.5, 0.99, 1)]
    return "p50 {:.0f}, p99 {:.0f}, max {:.0f} ms".format(*shares)


def faults_of(result: Result) -> int:
    return sum(result.trouble.done.values()) + result.died


def summary(results: Sequence[Result]) -> str:
    """Return the sum over all configurations."""
    acknowledged = sum(result.ledger.acknowledged for result in results)
    deliveries = sum(result.verdict.deliveries for result in results)
    broken = sum(not result.good for result in results)
    return (
        f"in all {acknowledged} acknowledged, {deliveries} deliveries, "
        f"{sum(map(faults_of, results))} faults, {broken} of {len(results)} configurations broken"
    )


def lines(result: Result) -> list[str]:
    verdict, ledger, faults = result.verdict, result.ledger, result.trouble.done
    said = ", ".join(f"{count} {name}" for name, count in sorted(faults.items()))
    latencies = [each for reader in result.readers for each in reader.latencies]
    outages = [each for reader in result.readers for each in reader.outages]
    reconnects = sum(max(0, reader.connections - 1) for reader in result.readers)
    refused = ", ".join(f"{n} {code}" for code, n in sorted(ledger.refused.items()))
    told = [
        f"== {result.configuration.name}: {'held' if result.good else 'BROKEN'} after {result.seconds:.0f} s",
        f"  acknowledged {ledger.acknowledged}, repeated {ledger.repeated}, deliveries {verdict.deliveries}, "
        f"subscribers {len(result.readers)}, reconnects {reconnects}, stuck clients {result.stuck}",
        f"  faults {faults_of(result)}: {said}, {result.died} died at a point",
        f"  lost {verdict.lost}, duplicated {verdict.duplicated}, reordered {verdict.reordered}, gaps {verdict.gaps}",
        f"  latency {spread(latencies)}; back after a lost connection {spread(outages)}",
        f"  everybody had heard everything {result.caught_up:.1f} s after the last word",
        f"  expiry late by {spread(verdict.lateness)} ({len(verdict.lateness)} expired); "
        f"SIGTERM took at most {max(result.stops, default=0):.1f} s",
        f"  pending while a process died {len(verdict.over_a_death)}, late by {spread(verdict.over_a_death)}",
        f"  {result.sizes.peak_mb:.0f} MB resident at most; with nobody there "
        f"{result.sizes.descriptors} descriptors and {result.sizes.tasks} tasks",
    ]
    told += [f"  refused: {refused}"] if refused else []
    told += [f"  logged {n} x {what}" for what, n in result.logged.most_common(SHOWN)]
    return told + [f"  WRONG: {sentence}" for sentence in verdict.wrong[:SHOWN]]
