from __future__ import annotations

import pytest

from languages.definition import EntryKind, read_definitions
from languages.errors import BadLanguageFile
from tests.unit.languages.toy import DEFAULTS, TOY, toy


def mistakes_of(text: str) -> list[str]:
    with pytest.raises(BadLanguageFile) as raised:
        read_definitions(text)
    return str(raised.value).splitlines()[1:]


def test_small_file_is_read():
    (definition,) = read_definitions(DEFAULTS + toy())

    assert definition.name == "toy"
    assert definition.entry.kind is EntryKind.FILE
    assert definition.compile is None
    assert definition.run.limits.memory_bytes == 64 << 20
    assert definition.needed_tools() == ("/usr/bin/toy",)


def test_limits_of_a_step_override_the_defaults():
    run = '{ argv = ["/usr/bin/toy"], processes = 9, work_mib = 3 }'

    (definition,) = read_definitions(DEFAULTS + toy(run=run))

    assert definition.run.limits.processes == 9
    assert definition.run.limits.work_bytes == 3 << 20
    assert definition.run.limits.cpu_ms == 1000


def test_variant_takes_what_it_does_not_say_from_its_base():
    text = DEFAULTS + toy() + '[languages.toy2]\ntitle = "Toy 2"\nvariant_of = "toy"\n'

    base, variant = read_definitions(text)

    assert variant.title == "Toy 2"
    assert variant.extensions == base.extensions
    assert variant.run == base.run


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (toy("colour = 1"), "languages.toy.colour: is no key"),
        (toy(run='{ argv = ["/usr/bin/toy", "{source}"] }'), "unknown placeholder {source}"),
        (toy(run='{ argv = ["/usr/bin/toy", "-x{sources}"] }'), "{sources} must be a word"),
        (toy(run='{ argv = ["/usr/bin/toy", "{entry"] }'), "a brace is left open"),
        (toy(run='{ argv = ["/usr/bin/toy", "{entry}"] }'), "a file is given as /app/{entry}"),
        (toy(run='{ argv = ["/usr/bin/toy"], env = { A = "{entry}" } }'), "unknown placeholder"),
        (toy(run='{ argv = ["toy"] }'), "languages.toy.run.argv: the first word must be an abs"),
        (toy(run='{ argv = ["/usr/../toy"] }'), "must be an absolute path"),
        (toy(run="{ argv = [] }"), "must be a list of words"),
        (toy(run='{ argv = ["/a"], outputs = ["x"] }'), "only a compile step has outputs"),
        (toy(run='{ argv = ["/a"], processes = 0 }'), "run.processes: must be a whole number"),
        (toy(run='{ argv = ["/a"], processes = true }'), "run.processes: must be a whole number"),
        (toy(run='{ argv = ["/a", "{heap_mib}"] }'), "heap_percent: belongs together"),
        (toy(run='{ argv = ["/a"], heap_percent = 50 }'), "heap_percent: belongs together"),
        (toy(run='{ argv = ["/a", "{heap_mib}"], heap_percent = 101 }'), "from 1 to 100"),
        (toy('compile = { argv = ["/a"] }'), "a compile step needs outputs"),
        (toy('compile = { argv = ["/a"], outputs = ["../x"] }'), "'../x' cannot stand here"),
        (toy('compile = { argv = ["/a"], outputs = ["{files}", "x"] }'), "{files} stands alone"),
        (toy('variant_of = "nothing"'), "'nothing' is no earlier language"),
        (toy(name="Toy"), "a name is lower-case"),
        (toy(base=TOY.replace('".toy"', '"toy"')), "'toy' cannot stand here"),
        (toy(base=TOY.replace('["toy"]\nfile', '["-y"]\nfile')), "packages: '-y' cannot stand"),
        (toy(base=TOY.replace('"file"', '"files"')), "must be one of none, file, java, kotlin"),
        (toy(base=TOY.replace("(\\d+)", "(\\d+")), "version_pattern: is no regular expression"),
        (toy(base=TOY.replace("(\\d+)", "\\d+")), "version_pattern: must have 1 group, not 0"),
        (toy(base=TOY.replace("main.toy", "main.txt")), "file_name: has none of the extensions"),
        (toy(base=TOY.replace('title = "Toy"', "")), "languages.toy.title: is missing"),
    ],
)
def test_mistake_is_named(text, mistake):
    assert any(mistake in line for line in mistakes_of(DEFAULTS + text))


def test_all_mistakes_are_listed_together():
    text = DEFAULTS + toy("colour = 1", run='{ argv = ["toy", "{x}"], shape = 2 }')

    assert len(mistakes_of(text)) == 4


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ('".toy"', '".other"', "code toy belongs to toy"),
        ('codes = ["toy"]', 'codes = ["other"]', "extension .toy belongs to toy"),
        ('codes = ["toy"]', 'codes = ["first"]', "code first belongs to first"),
    ],
)
def test_two_languages_cannot_claim_the_same(old, new, mistake):
    first = toy(name="first") if "first" in new else toy()
    second = toy(name="toy2", base=TOY.replace(old, new).replace("main.toy", "main.toy"))
    second = second.replace('"main.toy"', '"main.other"') if ".other" in new else second

    assert any(mistake in line for line in mistakes_of(DEFAULTS + first + second))


def test_missing_default_limit_is_a_mistake():
    text = DEFAULTS.replace("work_mib = 1\n", "", 1) + toy()

    assert mistakes_of(text) == ["- defaults.compile.work_mib: is missing"]


def test_broken_toml_is_a_mistake_with_its_line():
    with pytest.raises(BadLanguageFile, match="line 2"):
        read_definitions("[languages]\nx = = 1\n")


def test_file_without_languages_is_a_mistake():
    assert mistakes_of(DEFAULTS + "[languages]\n") == ["- languages: there is none"]
