from __future__ import annotations

import pytest

from languages.errors import BadLanguageFile, BadSources, NotInstalled, UnknownLanguage
from languages.registry import Registry, load_registry

MIB = 1 << 20
EVERYTHING = [
    *("c", "cpp17", "cpp20", "go", "rust", "haskell", "pascal"),
    *("java", "kotlin", "csharp"),
    *("python3", "javascript", "ruby", "perl", "lua", "php"),
]


def make_registry(version: str | None = "1.0") -> Registry:
    loaded = load_registry()
    return Registry(loaded._definitions.values(), find=lambda definition: version)


REGISTRY = make_registry()


def compile_plan_of(*arguments):
    plan = REGISTRY.plan_compile(*arguments)
    assert plan is not None
    return plan


def test_every_promised_language_is_there():
    assert sorted(REGISTRY.names()) == sorted(EVERYTHING)


def test_unreadable_file_is_a_bad_language_file(tmp_path):
    with pytest.raises(BadLanguageFile, match=r"absent\.toml"):
        load_registry(tmp_path / "absent.toml")


def test_versions_are_unknown_until_probed_and_asked_for_once():
    asked = []

    def find(definition):
        asked.append(definition.name)
        return None if definition.name == "go" else "7"

    registry = Registry(load_registry()._definitions.values(), find=find)
    assert not any(info.is_installed for info in registry.infos())

    versions = {info.name: info.version for info in registry.probe()}
    registry.probe()

    assert versions["go"] is None
    assert versions["c"] == "7"
    assert sorted(asked) == sorted(EVERYTHING)


@pytest.mark.parametrize(
    ("names", "code", "expected"),
    [
        (["a.cpp"], None, "cpp17"),
        (["a.C"], None, "cpp17"),
        (["a.c"], None, "c"),
        (["Main.java"], None, "java"),
        (["x.py"], None, "python3"),
        (["a.h", "a.c", "data.txt"], None, "c"),
        (["a.cpp", "b.cpp", "old.c"], None, "cpp17"),
        (["a.txt"], "cpp", "cpp17"),
        (["a.txt"], "cpp20", "cpp20"),
        ([], "python3", "python3"),
        ([], "csharp", "csharp"),
    ],
)
def test_language_is_chosen(names, code, expected):
    assert REGISTRY.choose(names, code) == expected


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["a.txt"], None),
        ([], None),
        (["noextension"], None),
        (["a.py2"], None),
        (["a.c", "b.py"], None),
        (["a.py"], "python2"),
        (["a.py"], ""),
    ],
)
def test_language_that_is_not_clear_is_refused(names, code):
    with pytest.raises(UnknownLanguage):
        REGISTRY.choose(names, code)


def test_unknown_name_lists_the_known_ones():
    with pytest.raises(UnknownLanguage, match="no language 'cobol'; there are c, cpp17"):
        REGISTRY.info("cobol")


def test_compile_plan_takes_sources_and_leaves_headers():
    plan = compile_plan_of("cpp17", ["main.cpp", "sum.hpp", "sum.cc", "x.txt"], None)

    assert plan.argv[-4:] == ("-o", "main", "./main.cpp", "./sum.cc")
    assert plan.outputs == ("main",)
    assert plan.limits.memory_bytes == 2048 * MIB


@pytest.mark.parametrize("language", EVERYTHING)
@pytest.mark.parametrize("stem", ["-o", "@file", "--version", "a b", "{heap_mib}", "{entry}", "Ä"])
def test_no_file_name_is_an_option_or_a_placeholder(language, stem):
    extension = REGISTRY.info(language).extensions[0]
    name = stem + extension
    compile_plan = compile_plan_of(language, [name], None)
    run_plan = REGISTRY.plan_run(language, [name], None, 256 * MIB)

    named = [word for word in (*compile_plan.argv, *run_plan.argv) if name in word]

    assert f"./{name}" in named
    assert set(named) <= {f"./{name}", f"/app/{name}"}
    assert run_plan.argv[-1].startswith("/app/") or run_plan.argv[-1].isidentifier()


def test_interpreted_language_keeps_all_its_files():
    plan = compile_plan_of("python3", ["main.py", "words.txt"], None)

    assert plan.outputs == ("main.py", "words.txt")
    assert plan.argv[-1] == "./main.py"


@pytest.mark.parametrize(("memory_mib", "heap_mib"), [(256, 190), (2048, 1749), (32, 16), (1, 16)])
def test_java_heap_follows_from_the_memory_limit(memory_mib, heap_mib):
    plan = REGISTRY.plan_run("java", ["Main.java"], None, memory_mib * MIB)

    assert f"-Xmx{heap_mib}m" in plan.argv
    assert plan.argv[-1] == "Main"


def test_compiler_heap_follows_from_the_limit_of_the_step():
    plan = compile_plan_of("java", ["Main.java"], None, 512 * MIB)

    assert "-J-Xmx413m" in plan.argv


def test_go_is_told_its_memory_limit():
    plan = REGISTRY.plan_run("go", ["main.go"], None, 100 * MIB)

    assert dict(plan.env)["GOMEMLIMIT"] == "90MiB"


@pytest.mark.parametrize(
    ("language", "given", "expected"),
    [
        ("python3", "b.py", "/app/b.py"),
        ("java", "pkg.Main", "pkg.Main"),
        ("kotlin", "pkg.MainKt", "pkg.MainKt"),
    ],
)
def test_callers_entry_point_is_used(language, given, expected):
    names = {"python3": ["a.py", "b.py"], "java": ["Main.java"], "kotlin": ["Main.kt"]}

    plan = REGISTRY.plan_run(language, names[language], given, 256 * MIB)

    assert plan.argv[-1] == expected


@pytest.mark.parametrize(
    ("language", "given"),
    [
        ("python3", "absent.py"),
        ("python3", "../a.py"),
        ("python3", ""),
        ("java", "-version"),
        ("java", "Main;x"),
        ("java", "a..b"),
        ("java", "a/b"),
        ("java", ""),
        ("java", "@args"),
        ("java", "A" * 600),
    ],
)
def test_bad_entry_point_is_refused(language, given):
    names = {"python3": ["a.py"], "java": ["Main.java"]}

    with pytest.raises(BadSources) as bad:
        REGISTRY.plan_run(language, names[language], given, 256 * MIB)
    assert bad.value.field == "entry_point"


@pytest.mark.parametrize(
    "name",
    [
        "../a.c",
        "/a.c",
        "a\0.c",
        "a\n.c",
        "x//a.c",
        "./a.c",
        "",
        "a" * 256 + ".c",
        "a/" * 600 + "b.c",
        "b\udcff.c",
    ],
)
def test_bad_file_name_is_refused(name):
    with pytest.raises(BadSources) as bad:
        compile_plan_of("c", ["main.c", name], None)
    assert bad.value.field == "files"


def test_names_that_fit_no_command_line_are_refused():
    names = [f"a_rather_long_name_for_a_file_{number}.c" for number in range(3000)]

    with pytest.raises(BadSources, match="bytes together"):
        REGISTRY.plan_run("c", names, None, 256 * MIB)


def test_submission_without_a_source_is_refused():
    with pytest.raises(BadSources, match=r"no file is a source of C17 \(\.c\)"):
        compile_plan_of("c", ["main.cpp"], None)


def test_language_that_is_not_installed_names_the_cure():
    registry = make_registry(version=None)

    with pytest.raises(NotInstalled, match="brig languages install go"):
        registry.plan_compile("go", ["main.go"], None)
    with pytest.raises(NotInstalled):
        registry.fingerprint("go")


def test_fingerprint_changes_with_version_and_definition_only():
    same = make_registry().fingerprint("cpp17")

    assert same == REGISTRY.fingerprint("cpp17")
    assert same != make_registry("2.0").fingerprint("cpp17")
    assert same != REGISTRY.fingerprint("cpp20")


@pytest.mark.parametrize("language", EVERYTHING)
def test_template_is_a_source_of_its_language(language):
    info = REGISTRY.info(language)
    name = REGISTRY.file_name(language, info.template.encode())

    assert name.endswith(info.extensions)
    REGISTRY.find_entry_point(language, {name: info.template.encode()})


@pytest.mark.parametrize("language", EVERYTHING)
def test_every_command_is_absolute_and_every_place_is_known(language):
    name = REGISTRY.file_name(language, b"")
    compile_plan = compile_plan_of(language, [name], None)
    run_plan = REGISTRY.plan_run(language, [name], None, 64 * MIB)

    assert compile_plan.argv[0].startswith("/usr/bin/")
    assert run_plan.argv[0].startswith(("/usr/bin/", "/app/"))
    assert not any("{" in word for word in (*compile_plan.argv, *run_plan.argv))
