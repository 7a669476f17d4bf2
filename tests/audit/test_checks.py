"""Every check of the reference can pass and can fail."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

import pytest

import tests.audit
from decnet_emailgen.audit import Report, reference
from decnet_emailgen.audit.measures import classes
from tests.audit.boxes import Box, Case, measured

CASES: dict[str, Case] = {}
for _module in iter_modules(tests.audit.__path__):
    if _module.name.startswith("cases_"):
        CASES |= import_module(f"tests.audit.{_module.name}").CASES

JUDGED = [
    check.id for check in reference().checks if check.low is not None or check.high is not None
]


@lru_cache(maxsize=256)
def _measured(box: Box, countries: tuple[tuple[str, str], ...]) -> Report:
    return measured(box, dict(countries))


def _report(box: Box, case: Case) -> Report:
    return _measured(box, tuple(case.countries.items()))


def test_every_judged_check_has_a_mailbox_that_passes_and_one_that_fails() -> None:
    assert sorted(set(JUDGED) - set(CASES)) == []
    assert sorted(set(CASES) - set(JUDGED)) == []


@pytest.mark.parametrize("check", JUDGED)
def test_a_check_passes(check: str) -> None:
    """The check finds its good mailbox in range, from enough samples."""
    finding = _report(CASES[check].passes, CASES[check]).finding(check)
    assert finding.verdict == "ok", f"{finding.value} of {finding.n}"


@pytest.mark.parametrize("check", JUDGED)
def test_a_check_fails(check: str) -> None:
    """The check finds its bad mailbox out of range."""
    finding = _report(CASES[check].fails, CASES[check]).finding(check)
    assert finding.verdict == "out", f"{finding.value} of {finding.n}"


@pytest.mark.parametrize("check", JUDGED)
def test_a_check_says_too_few_of_an_empty_mailbox(check: str) -> None:
    finding = _measured(list, ()).finding(check)
    assert finding.verdict == "few"
    assert finding.n == 0


def test_each_check_is_answered_by_one_measure() -> None:
    answered = [check for measure in classes() for check in measure.checks]
    assert sorted(answered) == sorted(check.id for check in reference().checks)


def test_reference_rows_are_whole() -> None:
    """Ids are unique, groups and kinds known, ranges the right way round, sources named."""
    from decnet_emailgen.audit.reference import KINDS

    checks = reference().checks
    assert len({check.id for check in checks}) == len(checks)
    for check in checks:
        assert check.group in reference().groups, check.id
        assert check.kind in KINDS, check.id
        assert check.source, check.id
        if check.low is not None and check.high is not None:
            assert check.low <= check.high, check.id
        if check.kind == "rule":
            assert (check.low, check.high) == (100, 100), check.id
        if check.kind == "hard":
            assert (check.low, check.high) == (0, 0), check.id
