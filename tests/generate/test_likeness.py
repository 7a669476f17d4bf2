"""Near-duplicates of what is in the store, however many mails it holds."""

from pathlib import Path

from decnet_emailgen.cli.likeness import Known
from decnet_emailgen.generate.shingles import shingles
from decnet_emailgen.generate.step import generate
from decnet_emailgen.generate.writers.scripted import Scripted
from decnet_emailgen.records import Draft
from decnet_emailgen.store import Store
from tests.generate.making import pick

TEXT = (
    "The second table is from the old version, which nobody noticed until the customer asked; I "
    "have put the new one in its place and sent it round again."
)


def written(db: Path, text: str, seed: int = 0) -> str:
    """A store in which a mail with this text has been written; answers its id."""
    made = pick("quick-question", "answer", seed=seed)
    draft = generate(made, Scripted([text]))
    assert isinstance(draft, Draft)
    assert draft.writer == "scripted", draft.rejections
    with Store.open(db) as store:
        store.plan("pick", "", [((made,), ())])
        store.write([draft])
    return made.id


def test_a_text_like_one_in_the_store_is_found(tmp_path: Path) -> None:
    """Whoever wrote it, and in whatever run."""
    db = tmp_path / "emailgen.db"
    key = written(db, TEXT)
    known = Known(db)
    assert known.alike(shingles(TEXT.replace("sent it round", "passed it round"))) == key
    assert known.alike(shingles(TEXT[::-1])) == ""
    assert known.alike(shingles("Thanks, will do.")) == ""


def test_what_is_written_later_is_found_by_the_next_run(tmp_path: Path) -> None:
    """Each mail is marked once, when a model is about to write."""
    db = tmp_path / "emailgen.db"
    written(db, "Could you look at it again, please? " + TEXT[60:])
    Known(db)
    key = written(db, TEXT, seed=1)
    assert Known(db).alike(shingles(TEXT)) == key
    with Store.open(db) as store:
        assert store.rows("SELECT count(*) AS n FROM marked")[0]["n"] == 2


def test_what_this_run_wrote_is_found_before_it_is_in_the_store(tmp_path: Path) -> None:
    """A store that does not exist yet is no hindrance."""
    known = Known(tmp_path / "emailgen.db")
    known.add("first", shingles(TEXT))
    assert known.alike(shingles(TEXT)) == "first"


def test_a_mail_that_was_removed_is_forgotten(tmp_path: Path) -> None:
    """Its phrases may be used again."""
    db = tmp_path / "emailgen.db"
    key = written(db, TEXT)
    Known(db)
    with Store.open(db) as store:
        store.db.conn.execute("PRAGMA foreign_keys=OFF")
        store.db.conn.execute("DELETE FROM messages WHERE id = ?", [key])
        assert store.rows("SELECT * FROM marked") == []
    assert Known(db).alike(shingles(TEXT)) == ""
