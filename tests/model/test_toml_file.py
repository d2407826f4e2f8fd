"""What is wrong with a file is said in words: the entry, what was given, what is allowed."""

from collections.abc import Mapping

import pytest
from pydantic import BaseModel, ConfigDict, Field

from alliances.model.input.documents import toml_of
from alliances.model.input.errors import UserError
from alliances.model.input.files import text_of
from alliances.model.input.toml_file import model_of


class Leaf(BaseModel):
    model_config = ConfigDict(extra="forbid")

    colour: str
    veins: int = Field(default=3, ge=1)


class Tree(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    leaves: tuple[Leaf, ...] = ()
    twigs: Mapping[str, Leaf] = {}
    top: Leaf | None = None
    pair: tuple[Leaf, Leaf] | None = None


def read(text):
    return model_of(Tree, text, "tree.toml", "tree")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "tree.toml, name: is missing; every tree gives it"),
        (
            "name = 'elm'\nroot = 1",
            "tree.toml, root: unknown entry; a tree has name, leaves, twigs",
        ),
        ("name = 3", "tree.toml, name: was 3; it must be text, in quotation marks"),
        (
            "name = 'elm'\n[[leaves]]\ncolour = 'red'\n[[leaves]]\ncolor = 'red'",
            "tree.toml, leaves 2.color: unknown entry; here may stand colour, veins (1 more)",
        ),
        ("name = 'elm'\n[top]", "tree.toml, top.colour: is missing; here may stand colour, veins"),
        (
            "name = 'elm'\nleaves = 'red'",
            "leaves: was 'red'; it must be a list, in square brackets",
        ),
        ("name = 'elm'\ntop = 'red'", "top: was 'red'; it must be a table"),
        (
            "name = 'elm'\n[twigs.one]\ncolour = 'red'\nveins = 'many'",
            "tree.toml, twigs.one.veins: was 'many'; it must be a whole number",
        ),
        (
            "name = 'elm'\n[top]\ncolour = 'red'\nveins = 0",
            "top.veins: was 0; it must be greater than or equal to 1",
        ),
        ("name = 'elm'\n[[pair]]\ncolour = 'red'", "pair 2: is missing; the list is too short"),
    ],
)
def test_faults_name_the_entry_what_was_given_and_what_is_allowed(text, told):
    with pytest.raises(UserError) as caught:
        read(text)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1\nname = elm", "line 2, `name = elm`: invalid value; text needs quotation marks"),
        ("name = “elm”", "line 1, `name = “elm”`: invalid value; text needs straight quotation"),
        (
            "a = 1\na = 2",
            "line 2, `a = 2`: cannot overwrite a value; this entry stands there twice",
        ),
        ("name = ", "is not TOML"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text, told):
    with pytest.raises(UserError) as caught:
        toml_of(text, "tree.toml")
    assert str(caught.value).startswith("tree.toml is not TOML: ")
    assert told in str(caught.value)


def test_what_the_file_does_not_give_can_be_given():
    assert model_of(Tree, "", "x", "tree", {"name": "oak"}).name == "oak"
    assert model_of(Tree, "name = 'elm'", "x", "tree", {"name": "oak"}).name == "elm"


def test_long_values_are_cut_short():
    with pytest.raises(UserError) as caught:
        read(f"name = ['{'x' * 999}']")
    assert len(str(caught.value)) < 150


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(UserError, match="there is no tree file"):
        text_of(tmp_path / "none.toml", "tree file")
    with pytest.raises(UserError, match="it is a folder"):
        text_of(tmp_path, "tree file")
    (tmp_path / "marked.toml").write_bytes(b"\xef\xbb\xbfname = 'elm'")
    assert read(text_of(tmp_path / "marked.toml", "tree file")).name == "elm"
