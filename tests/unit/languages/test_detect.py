from __future__ import annotations

import time

import pytest

from languages.errors import BadSources, UnknownLanguage
from languages.registry import load_registry

REGISTRY = load_registry()
JAVA_MAIN = "{ public static void main(String[] args) {} }"


def entry(language: str, **files: str) -> str | None:
    named = {name.replace("__", "."): content.encode() for name, content in files.items()}
    return REGISTRY.find_entry_point(language, named)


def java(source: str, name: str = "Main.java") -> str | None:
    return REGISTRY.find_entry_point("java", {name: source.encode()})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("public class Main " + JAVA_MAIN, "Main"),
        ("class Solution " + JAVA_MAIN, "Solution"),
        ("package a.b.c; public class Main " + JAVA_MAIN, "a.b.c.Main"),
        ("class Other {} class Begin " + JAVA_MAIN, "Begin"),
        ("class First " + JAVA_MAIN + " class Main " + JAVA_MAIN, "Main"),
        ("// class No " + JAVA_MAIN + "\nclass Yes " + JAVA_MAIN, "Yes"),
        ("/* class No " + JAVA_MAIN + " */ class Yes " + JAVA_MAIN, "Yes"),
        ('class A { String s = "} class No { public static void main("; } class Yes ' + JAVA_MAIN,
         "Yes"),
        ('class A { String s = """\n" class No """; } class Yes ' + JAVA_MAIN, "Yes"),
        ("class A { char c = '}'; char q = '\\''; " + JAVA_MAIN[1:], "A"),
        ("class Outer { static class Inner " + JAVA_MAIN + " }", "Main"),
        ("class A { static final void main(String[] a) {} }", "Main"),
        ("class A { void run() { main(null); } }", "Main"),
        ("enum Go { ONE; public static void main(String... a) {} }", "Go"),
        ("interface Go { public static void main(String[] a) {} }", "Go"),
        ("@Deprecated public final class Größe$1 { static public void main(String[] a) {} }",
         "Größe$1"),
        ("class Broken {", "Main"),
        ("", "Main"),
    ],
)  # fmt: skip
def test_java_main_class_is_found(source, expected):
    assert java(source) == expected


def test_java_file_name_decides_when_no_main_is_seen():
    assert java("class Empty {}", "Empty.java") == "Empty"


def test_java_prefers_the_class_named_as_its_file():
    source = "class Helper " + JAVA_MAIN + " public class Start " + JAVA_MAIN

    assert java(source, "Start.java") == "Start"


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("Main.kt", "fun main() {}", "MainKt"),
        ("main.kt", "fun main(args: Array<String>) {}", "MainKt"),
        ("my-solution.kt", "fun main() {}", "My_solutionKt"),
        ("1.kt", "fun main() {}", "_1Kt"),
        ("Main.kt", "package a.b\nfun main() {}", "a.b.MainKt"),
        ("Main.kt", '@file:JvmName("Other")\nfun main() {}', "Other"),
        ("Main.kt", "object Go { @JvmStatic fun main(args: Array<String>) {} }", "Go"),
        ("Main.kt", "class A { fun main() {} }", "MainKt"),
    ],
)  # fmt: skip
def test_kotlin_class_is_found(name, source, expected):
    assert REGISTRY.find_entry_point("kotlin", {name: source.encode()}) == expected


def test_kotlin_takes_the_file_with_main():
    files = {"a.kt": b"fun sum() = 1", "b.kt": b"fun main() {}"}

    assert REGISTRY.find_entry_point("kotlin", files) == "BKt"


def test_python_prefers_dunder_main_then_main():
    assert entry("python3", a__py="", main__py="") == "main.py"
    files = {"main.py": b"", "__main__.py": b""}
    assert REGISTRY.find_entry_point("python3", files) == "__main__.py"


def test_lone_source_is_the_entry_point_beside_other_files():
    assert entry("python3", solution__py="", data__txt="") == "solution.py"


def test_source_that_matches_the_pattern_is_the_entry_point():
    begin = "import b\nif __name__ == '__main__':\n    b.go()\n"

    assert entry("python3", a__py=begin, b__py="def go(): ...") == "a.py"
    assert entry("rust", a__rs="pub fn x() {}", b__rs="mod a;\nfn main() {}") == "b.rs"
    assert entry("pascal", u__pas="unit u;", p__pas="Program p;") == "p.pas"


def test_several_sources_without_a_sign_need_a_name():
    with pytest.raises(BadSources, match=r"name one, or call one __main__\.py or main\.py") as bad:
        entry("python3", a__py="", b__py="")
    assert bad.value.field == "entry_point"


def test_language_that_links_all_sources_has_no_entry_point():
    assert entry("cpp17", a__cpp="", b__cpp="") is None


@pytest.mark.parametrize("line", ["#!/usr/bin/python2", "#!/usr/bin/env python2.7"])
def test_python2_shebang_is_refused(line):
    with pytest.raises(UnknownLanguage, match=r"main\.py asks for python2"):
        entry("python3", main__py=f"{line}\nprint 1\n")


def test_python3_shebang_and_later_mentions_are_fine():
    assert entry("python3", main__py="#!/usr/bin/env python3\n# not python2\n") == "main.py"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"public class Solution { }", "Solution.java"),
        (b"class A {} public class B {}", "B.java"),
        (b"class A { public class Inner {} }", "Main.java"),
        (b"\xff\xfe", "Main.java"),
    ],
)
def test_java_source_is_named_as_its_public_class(source, expected):
    assert REGISTRY.file_name("java", source) == expected


def test_other_sources_have_a_fixed_name():
    assert REGISTRY.file_name("cpp17", b"int main() {}") == "main.cpp"


@pytest.mark.parametrize("piece", ["/*", '"', "'", '"""', "{", "class ", "main(", "@file:JvmName("])
def test_detection_stays_linear_on_hostile_sources(piece):
    source = (piece * (1 << 18))[: 1 << 18].encode()
    started = time.perf_counter()

    for language, name in (("java", "Main.java"), ("kotlin", "Main.kt")):
        REGISTRY.find_entry_point(language, {name: source})

    assert time.perf_counter() - started < 5
