from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from judging.model import JudgeLimits
from store.artefacts import StoredArtefacts
from store.errors import StoreUnavailable
from store.hosts import Hosts
from store.keys import Keys
from store.model import BlobRef, HostLanguage, HostRecord, NewProblem, SampleCase, Scope
from store.problems import Problems


@pytest.fixture
def keys(database, clock):
    return Keys(database, clock=clock)


@pytest.fixture
def problems(database, clock):
    return Problems(database, clock=clock)


@pytest.fixture
def hosts(database, clock):
    return Hosts(database, clock=clock)


def test_an_issued_key_proves_itself(keys):
    issued = keys.issue("laptop", [Scope.SUBMIT, Scope.READ])

    verified = keys.verify(issued.text)

    assert verified == issued.record
    assert verified.allows(Scope.SUBMIT)
    assert not verified.allows(Scope.ADMIN)
    assert issued.text.startswith(f"brig_{issued.record.id}_")


def test_an_admin_may_do_everything(keys):
    record = keys.issue("root", [Scope.ADMIN]).record

    assert all(record.allows(scope) for scope in Scope)


def test_the_secret_is_not_stored(keys, tmp_path):
    secret = keys.issue("laptop", [Scope.READ]).text.split("_", 2)[2]

    stored = b"".join(path.read_bytes() for path in tmp_path.glob("brig.sqlite*"))
    assert len(stored) > 1000
    assert secret.encode() not in stored


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: text.replace("brig_", "grib_"),
        lambda text: text.rsplit("_", 1)[0][:10],
        lambda text: "brig_0000000000000000_" + text.split("_", 2)[2],
        lambda text: text + "\udc80",
        lambda _: "",
        lambda _: "brig__",
    ],
)
def test_a_spoilt_key_proves_nothing(keys, spoil):
    text = keys.issue("laptop", [Scope.READ]).text

    assert keys.verify(spoil(text)) is None


def test_a_key_expires(keys, clock):
    issued = keys.issue("day", [Scope.READ], expires_at=clock.now + timedelta(days=1))
    clock.advance(86_399)
    assert keys.verify(issued.text) is not None
    clock.advance(1)

    assert keys.verify(issued.text) is None
    assert keys.get(issued.record.id) == issued.record


def test_a_revoked_key_proves_nothing(keys):
    issued = keys.issue("lost", [Scope.READ])

    assert keys.revoke(issued.record.id)
    assert keys.verify(issued.text) is None
    assert not keys.revoke(issued.record.id)
    assert not keys.revoke("unknown")


def test_a_key_needs_a_scope_and_a_future(keys, clock):
    with pytest.raises(ValueError, match="scope"):
        keys.issue("none", [])
    with pytest.raises(ValueError, match="past"):
        keys.issue("old", [Scope.READ], expires_at=clock.now)


def test_keys_are_listed_oldest_first(keys, clock):
    first = keys.issue("first", [Scope.READ]).record
    clock.advance(1)
    second = keys.issue("second", [Scope.READ]).record

    assert keys.list() == (first, second)


def new_problem(problem_id="sum", archive="a" * 64, title="Sum"):
    return NewProblem(
        id=problem_id,
        title=title,
        limits=JudgeLimits(cpu_ms=2_000),
        samples=(SampleCase(name="sample/1", input=b"1 2\n", answer=b"3\n\xff"),),
        case_total=12,
        archive=BlobRef(sha256=archive, size_bytes=700),
        owner_id="alice",
        code_bytes=65_536,
    )


def test_a_problem_reads_back_as_it_was_put(problems, clock):
    stored = problems.put(new_problem())

    assert problems.get("sum") == stored
    assert stored.revision == 1
    assert stored.created_at == clock.now
    assert stored.samples == new_problem().samples
    assert stored.limits == JudgeLimits(cpu_ms=2_000)
    assert problems.get("product") is None


def test_a_replaced_problem_keeps_its_earlier_revision(problems):
    first = problems.put(new_problem())
    second = problems.put(new_problem(archive="b" * 64, title="Sum, corrected"))

    assert second.revision == 2
    assert problems.get("sum") == second
    assert problems.get("sum", 1) == first
    assert problems.list() == (second,)


def test_the_same_problem_again_is_no_new_revision(problems):
    first = problems.put(new_problem())

    assert problems.put(new_problem()) == first


def test_problems_are_listed_by_id_in_pages(problems):
    for name in ("c", "a", "b"):
        problems.put(new_problem(name))

    first = problems.list(limit=2)
    second = problems.list(limit=2, after_id=first[-1].id)

    assert [[p.id for p in page] for page in (first, second)] == [["a", "b"], ["c"]]


def host(host_id, *languages):
    started = datetime(2026, 3, 1, 11, 0, tzinfo=UTC)
    return HostRecord(
        id=host_id,
        hostname="judge",
        slots=2,
        languages=tuple(HostLanguage(name=n, version=v) for n, v in languages),
        brig_version="0.1.0",
        started_at=started,
        seen_at=started,
    )


def test_hosts_are_alive_while_they_report(hosts, clock):
    hosts.report(host("one", ("c", "12.2")))
    clock.advance(20)
    hosts.report(host("two", ("c", "13.1"), ("ada", "1")))
    assert [h.id for h in hosts.alive()] == ["two", "one"]
    assert hosts.languages() == (
        HostLanguage(name="ada", version="1"),
        HostLanguage(name="c", version="13.1"),
    )
    clock.advance(20)

    assert [h.id for h in hosts.alive()] == ["two"]
    hosts.report(host("one", ("c", "12.2")))
    assert [h.id for h in hosts.alive()] == ["one", "two"]
    assert hosts.list()[0].seen_at == clock.now


def test_a_host_that_stopped_is_forgotten(hosts):
    hosts.report(host("one", ("c", "12.2")))
    hosts.forget("one")

    assert hosts.list() == ()
    assert hosts.languages() == ()


def test_a_host_that_vanished_long_ago_is_forgotten(hosts, clock):
    hosts.report(host("killed"))
    clock.advance(2 * 86_400)
    hosts.report(host("new"))

    assert [h.id for h in hosts.list()] == ["new"]


def test_artefacts_are_kept_by_key(database, blobs):
    artefacts = StoredArtefacts(database, blobs)

    artefacts.put("k", b"program")
    assert artefacts.get("k") == b"program"
    artefacts.put("k", b"another")
    assert artefacts.get("k") == b"another"
    assert artefacts.get("other") is None


def test_a_full_disk_keeps_no_artefact_and_breaks_nothing(database, blobs, monkeypatch):
    def full(_content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(blobs, "put", full)
    artefacts = StoredArtefacts(database, blobs)

    artefacts.put("k", b"program")

    assert artefacts.get("k") is None


def test_a_database_that_is_away_keeps_no_artefact_and_breaks_nothing(database, blobs, monkeypatch):
    artefacts = StoredArtefacts(database, blobs)
    artefacts.put("k", b"program")

    def away():
        raise StoreUnavailable("locked")

    with monkeypatch.context() as patch:
        patch.setattr(database, "read", away)
        patch.setattr(database, "write", away)
        assert artefacts.get("k") is None
        artefacts.put("k", b"another")

    assert artefacts.get("k") == b"program"


def test_a_lost_or_damaged_artefact_is_compiled_again(database, blobs):
    artefacts = StoredArtefacts(database, blobs)
    artefacts.put("k", b"program")
    path = blobs.path(blobs.put(b"program").sha256)

    path.write_bytes(b"prognam")
    assert artefacts.get("k") is None
    artefacts.put("k", b"program")
    assert artefacts.get("k") == b"program"
    path.unlink()
    assert artefacts.get("k") is None
