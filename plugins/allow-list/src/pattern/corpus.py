#!/usr/bin/env python3
"""Writes corpus.json and unicode.json, what CPython 3.11 says, next to this file.

    python3.11 corpus.py

corpus.json holds patterns with the answers of `re.search` for some texts.
unicode.json holds the characters of `\\d`, `\\w` and `\\s`, as ranges, and the
groups of characters that differ only in case.
"""

import json
import pathlib
import re
import sys
import warnings

TEXTS = ["", "a", "b", "ab", "ba", "aab", "abab", "abc", "A", "a\n", "\na", "a\nb", "a\n\n", "\n", "-", "a b", "é"]

IMAGES = [
    "nginx",
    "nginx:1.25",
    "docker.io/library/nginx:latest",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:v1.2.3",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:" + "0" * 64,
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example/app:v1",
    "arn:aws:iam::123456789012:role/service-role/app",
    "public.ecr.aws/app\n",
    "",
]

NAMES = ["app", "app-1", "APP", "app_1", "-app", "app-", "app\n", "äpp", "app.prod", "a" * 63, "a" * 300, "٣", "e\u0301", ""]

# Everything common: none of these may be refused.
MUST_WORK = [
    (
        IMAGES,
        r"""
        ^nginx
        nginx$
        ^nginx(:.+)?$
        :latest$
        ^(?!.*:latest$).+$
        ^[^:]+$
        ^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/
        ^[0-9]{12}\.dkr\.ecr\.(eu|us)-(west|east)-[12]\.amazonaws\.com/.+$
        @sha256:[0-9a-f]{64}$
        ^(?:[a-z0-9.-]+/)?(?P<name>[a-z0-9]+)(?::(?P<tag>[\w.-]{1,128}))?$
        ^arn:aws(-[a-z]+)*:iam::\d{12}:role/(?P<path>[\w+=,.@-]+/)*app$
        amazonaws\.com(?=/|$)
        (?<!evil\.)example
        (?<=:)v\d+(\.\d+){0,2}\Z
        (?i)^DOCKER\.IO/
        (?i:NGINX)
        (?x) ^ \d{12} [.] dkr  # the account
        \bapp\b
        .*
        """,
    ),
    (
        NAMES,
        r"""
        ^app$
        ^app\Z
        \Aapp\Z
        ^[a-z]+$
        ^[a-z][a-z0-9-]{0,61}[a-z0-9]$
        ^[a-zA-Z0-9_-]{1,255}$
        ^[\w-]{1,255}$
        ^\w{1,255}\Z
        ^\w+$
        ^\W
        (?a)^\w+$
        (?u)^\w+$
        ^\D*$
        ^\S+$
        ^.{1,63}$
        ^.{1,10000}$
        ^(app|web)([-_.][a-z0-9]+)*$
        (?i)^app
        (?i)^ÄPP
        ^(?:(?!prod).)*$
        ^[^-].*[^-]$
        (\w)\1
        ^(?P<first>\w).*(?P=first)$
        (?:)
        """,
    ),
    (
        TEXTS,
        r"""
        a
        ab
        a|b
        ^a|b$
        a|
        |a
        ^$
        ^(a|b)+$
        ^(?:a|b)*$
        a*
        a+b
        a?b
        ^a{2}
        ^a{1,}b
        ^a{,1}b
        ^a{1,2}b
        ^a{0}b
        ^a{,}$
        ^a*?b
        ^a+?$
        ^a??b
        ^a{1,2}?b
        ^a{2}?b
        a*+a
        a++b
        a?+a
        a{1,2}+a
        (?:ab)++
        (?:a|ab)++c
        ^(?:a|ab){2}+$
        (?>a*)a
        (?>a|ab)b
        ^(?>(?:a|ab){2})$
        .
        ^.$
        a.b
        (?s)a.b
        (?s)^.$
        (?s:a.)b
        (?-s:a.b)
        (?s)(?-s:a.b)
        (?s)a(?-s:.)b
        ^
        $
        a$
        $\n
        a$\n
        (a$)
        (a$)\n
        (?=a$)
        a\Z
        ^a
        (?m)^a
        (?m)a$
        (?m)^$
        (?m)a$\n
        (?m)\Aa
        (?m)a\Z
        (?m:^a)
        (?ms)a$.^b
        (?i)a
        (?i)AB
        (?i:A)b
        (?i)(?-i:a)b
        (?i)[A-B]
        (?i)[^A]
        (?ims)^A.B$
        (?s)(?i)A
        (?s-i:a)
        a(?i:B|c)
        (a)(b)
        (?:a)(b)
        ((a)b)+
        (a)\1
        (a|b)\1
        (?P<x>a)(?P=x)
        (?P<x>a)\1
        (a)?\1b
        ^(?:(a)|b\1)+$
        ^(?:(a)|b)*\1$
        (a*)\1b
        (?:(a)|b)(?(1)b|a)
        ^(a)?(?(1)b)$
        ^(a)?(?(1)|b)$
        ^(a)?(?(1)b|)$
        ^(?P<x>a)?(?(x)b|-)$
        a(?=b)
        a(?!b)
        (?<=a)b
        (?<!a)b
        (?<=^)b
        (?<=\n)b
        (?<=a|b)b
        (?<=ab)c
        (?<!^)b
        (?=.*b)a
        (?=(a))\1
        (?!a)
        (?<=(a))b
        \ba
        a\b
        a\B
        \B
        \b
        \Ba
        \b.\b
        a(?#comment)b
        a(?#comment \) more)b
        a(?#comment)*b
        (?x)a b
        (?x) a # b
        (?x)a\ b
        (?x)a[ ]b
        (?x: a ) b
        (?x)a *
        (?x)( a ) ( b )
        (?x) (?i) A
        (?:)
        ()
        (|a)b
        (?:|a)*b
        (?:a?)*b
        (a?)*?b
        (?:a*)*$
        (?:a*b*)*$
        (?:a?){3}b
        ^(?>(a+?)*)$
        (?:)*
        (?=a)*
        (?=a)+b
        (?:^)*a
        (?:^)+a
        (?:^)?b
        (?:\b)?a
        (?:\b){2}+b
        (?:$)?b
        (?:$)*?b
        (?>(?>a*(?>(a+?)*)a))
        (?:|())(?(1)b|a)
        (?:a|(a))(?(1)b|a)
        (?:a|(a))\1
        (?u:\w)
        (a|b|ab)*c
        ()*
        ()*?b
        (|a)*b
        (|a)+b
        (a|)*$
        (a|)+?$
        (a*)*b
        (a*)+b
        ((a*)*)*b
        ((a?)+)+b
        (?:|a|ab)*c
        (?:(?:|a)*b)*$
        (?:(?:a??)*?b)*$
        ^(?:a?){3,5}$
        ^(?:a??){2,}b
        ^(?:|a){2}$
        ^(?:|a){2,3}?b$
        ^(?:a|ab){2,3}$
        ^(?:ab?){1,2}$
        ^(?:ab?){1,2}?$
        ^(?:a{1,2}b?){2}$
        ^(?:(a)|b){2,3}\1$
        ^(?:(a)|b){40,}$
        ^(?:(?:a|b){1,9}){1,9}$
        (?>(|a)*)b
        (?>(?:|a)*?)b
        (?>(?:a?b)*)a
        (?>(a|ab)*)c
        (?:a|ab)*+c
        (?:a|ab)++c
        (?:a?)*+b
        (?:|a)++b
        (?:a|ab){1,2}+c
        (?:ab?)?+b
        (?:(?=a)|b)*a
        (?:(?!b)|b)+c
        (?:(?<=a)b|a)*c
        (?=(a*))\1b
        (?=(a|ab))\1$
        (?!(a)b)a\1?
        (?:(?=(a))a|b)*\1
        (?:(a)|b)*?\1
        (?:(a)|(b))*\1\2
        (?:(a)|(b))*\2$
        ((a)|b)*\2
        ((a)|b)+\1$
        (?:(a*)b)*\1$
        (?:(a*?)b?)*\1$
        (?:(a)?b)*(?(1)a|c)
        (?:(a)|b)*(?(1)b|a)
        (?:(a)?(?(1)b|a))+$
        (?:(a)|(b)(?(1)a|b))*$
        (a)(?<=\1)b
        (a|b)(?<!\1)
        (a)?(?<=(?(1)a|b))b
        (?i)(a)\1
        (?i:(a))\1
        (?i)(?P<x>a)(?P=x)
        (?ia)(a)\1
        (?<=(?<!a)b)c
        (?<=(?=b).)c
        (?<=a{2})b
        (?<=[ab]{2})c
        (?<=(?:a|b)(?:b|c))$
        a(?=$)
        (?=a$)a(?s:.)
        (?:a$)+
        (?:a$|a)\n
        (?m:$)\n(?m:^)b
        (?i:a(?-i:b))
        (?s:.(?-s:.))
        """,
    ),
    (
        ["aa", "aA", "éÉ", "ßß", "ßẞ", "σς", "σΣ", "ςΣ", "ſs", "sS", "k\u212a", "K\u212a", "iı", "iİ", "Iİ", "µμ", "μΜ", "ǆǅ", "ΐΐ", "𐐀𐐨", "x𐐀"],
        r"""
        ^(.)(?i:\1)$
        (?i)^(.)\1$
        (?i)^(?P<x>.)(?P=x)$
        (?ia)^(.)\1$
        """,
    ),
    (
        ["a", "b", "c", "-", "]", "[", "&", "~", "|", "^", "\\", ":", "l", "d", "5", " ", "\n", "\b", ".", "{", "}", "é", "😀", ",", "3"],
        r"""
        [abc]
        [^abc]
        [a-c]
        [^a-c]
        [a-]
        [-a]
        [^-a]
        [a-c-]
        [a\-c]
        [+--]
        []]
        []abc]
        [^]]
        [^]a]
        [a]]
        [a\]]
        [[]
        [[a]
        [[:alpha:]
        [[a]]
        [a&&b]
        [&&]
        [!--b]
        [a~~b]
        [a||b]
        [a^]
        [\^a]
        [\d]
        [^\d]
        [\D]
        [\w.]
        [\W]
        [^\W]
        [\s\S]
        [^\s\S]
        [\s\d-]
        [\d-]
        [\b]
        [\n]
        [\\]
        [.]
        [$]
        [()*+?{}|]
        [\x61]
        [\x61-\x63]
        [\u0061-\u00e9]
        [\U0001F600]
        [\141]
        [\12]
        [é-😀]
        [#]
        []-a]
        [A-\]]
        [\.\-\]]
        [{}]
        [\[]
        """,
    ),
    (
        ["{", "}", "a{", "a{2", "a{2}", "a{}", "a{b}", "a{1,", "aa", "a", "a{1, 2}", "a{ 1}", "{2", "{a}", "]", "a{1,2", "aaa{", "x{,", "{}", "a{-1}"],
        r"""
        {
        }
        ]
        a{
        a{2
        a{2}
        a{}
        a{b}
        a{1,
        a{1,2
        a{1, 2}
        a{ 1}
        {a}
        {}
        {2
        x{,
        x{,3
        a{-1}
        a*{
        a{2}{
        a{}*
        a{}+
        ^a{,2}$
        ^a{02}$
        """,
    ),
    (
        ["\0", "\x07", "\t", "\n", "\r", "\v", "\f", "a", "é", "\x1b", "😀", "\\", "/", " ", "#", "0", "\x010", "\x18", "8", "_", "<", ">", "-", "ÿ", "&"],
        r"""
        \0
        \00
        \07
        \007
        \0000
        \08
        \141
        \377
        \x61
        \xe9
        \u00e9
        \U0001f600
        \t
        \n
        \r
        \v
        \f
        \a
        \\
        \/
        a?\ b?
        \#
        \-
        \_
        \<
        \>
        \&
        \é
        \😀
        é
        😀
        <
        """,
    ),
    (
        ["i", "I", "ı", "İ", "s", "S", "ſ", "k", "K", "\u212a", "ß", "ẞ", "ss", "å", "Å", "\u212b", "µ", "μ", "Μ", "σ", "ς", "Σ", "ι", "\u0345", "\u1fbe", "ǆ", "ǅ", "Ǆ", "é", "É", "e", "_", "1"],
        """
        (?i)i
        (?i)I
        (?i)ı
        (?i)İ
        (?i)s
        (?i)ſ
        (?i)k
        (?i)\u212a
        (?i)ß
        (?i)ẞ
        (?i)ss
        (?i)å
        (?i)µ
        (?i)Μ
        (?i)ς
        (?i)ι
        (?i)ǅ
        (?i)é
        (?i)[a-z]
        (?i)[^a-z]
        (?i)[A-Z]
        (?i)[h-j]
        (?i)[^s]
        (?i)[σ-τ]
        (?i)[\\W]
        (?i)[^\\Wk]
        (?ia)i
        (?ia)s
        (?ia)[a-z]
        (?ia)é
        (?ai)[^k]
        (?a)\\W
        """,
    ),
    (
        ["1", "٣", "²", "½", "Ⅷ", "一", "a", "é", "_", "-", "\u0301", "e\u0301x", "\u200d", "‿", " ", "\xa0", "\x1c", "\x1f", "\x85", "\u2028", "\u200b", "\u180e", "\ufeff", "😀", "a\u0301", "\n", "", "\x0b"],
        r"""
        \d
        \D
        \w
        \W
        \s
        \S
        (?a)\d
        (?a)\D
        (?a)\w
        (?a)\W
        (?a)\s
        (?a)\S
        [\d_]
        [^\d_]
        [\w-]
        [^\w-]
        [^\s]
        [\W\d]
        \b
        \B
        a\b
        (?a)\b
        (?a)\B
        (?a)é\b
        ^\w+$
        .
        """,
    ),
]

# Python accepts these. They may be refused, but not answered differently.
MAY_REFUSE = [
    (
        TEXTS,
        r"""
        (?a:b|\W)
        (?a)(?u:\w)
        (?a:\w)
        (?i)(?a:k)
        (?a)(?iu:k)
        (?(1)a|b)(a)
        (?:(?(1)b|a)(a)?)+
        (?P<é>a)
        ((?(1)a|b))
        \N{LATIN SMALL LETTER A}
        [\N{LATIN SMALL LETTER A}]
        (?t)a
        \ud800
        [\ud800-\udfff]
        (a)?b(?(1)a)+
        ((?:(b??cc{2,}?|bcb|c))+|){2,3}+\2
        (?=.((?:(b??cc{2,}?|bcb|c))+|){2,3}+\2)
        (a|b)*+\1
        (?:(a)|b)++\1
        (a)++
        a{100000}
        ((a{100}){100}){100}
        """,
    ),
    (
        ["𐐀", "𐐨", "x", "a", "😀"],
        r"""
        (?i)𐐀
        (?i)𐐀|x
        (?i)[𐐀x]
        (?i)[𐐀-𐐂]
        (?i)[a-\U0010ffff]
        (?i)[😀x]
        (?i)[^😀]
        """,
    ),
]

# Python refuses these.
ERRORS = r"""
    a**
    a*+*
    a+*
    a??*
    a{2}{3}
    a{2}*
    a*{2}
    *
    +a
    ?
    {1}
    {,}
    (*)
    (|*)
    a|*
    ^*
    $*
    \b*
    \A+
    \Z?
    (?i)*
    a{2,1}
    a{99999999999}
    a{4294967295}
    (
    )
    a)
    (a
    ((a)
    (?:a
    (?
    (?=a
    (?P
    (?P<
    (?P<x
    (?P<x>
    (?P<>a)
    (?P<1>a)
    (?P<x y>a)
    (?P<x>a)(?P<x>b)
    (?P=x)
    (?P=x
    (?P=)
    (?P>x)
    (?Px)
    (?P<x>(?P=x))
    (?<x>a)
    (?<
    (?<a
    (?'x'a)
    (?&x)
    (?R)
    (?1)
    (?|a)
    (?~a)
    (?#a
    (?#a\)
    (?z)
    (?iz)
    (?L)a
    (?au)a
    (?a)(?u)a
    (?i
    (?i-
    (?i-)
    (?i-:a)
    (?-i)
    (?-:a)
    (?-a:a)
    (?-u:a)
    (?i-i:a)
    (?s-i-s:a)
    a(?i)
    a(?i)b
    (a(?i)b)
    ((?i)a)
    |(?i)a
    ()(?i)a
    (?:(?i)a)
    (?(1)a)
    (?(2)a)(b)
    (?(0)a)
    (?(x)a)
    (?()a)
    (?(1
    (a)(?(1)a|b|c)
    (a)(?(1)a
    (a)(?(-1)a)
    \
    a\
    [
    [a
    [^
    []
    [^]
    [a\
    [\]
    [a-
    [b-a]
    [a--b]
    [\d-a]
    [a-\d]
    [\w-\d]
    [\A]
    [\Z]
    [\B]
    [\z]
    [\8]
    [\400]
    [\x]
    [\x1]
    [\p{L}]
    [\u123]
    \1
    (\1)
    (a\1)
    (a)\2
    \8
    \10
    \400
    \x
    \x1
    \xg1
    \x{61}
    \u12
    \u{61}
    \U0001
    \U00110000
    \N
    \Nx
    \N{no such name}
    \p{L}
    \pL
    \P{L}
    \h
    \H
    \R
    \X
    \K
    \G
    \z
    \e
    \g<1>
    \k<x>
    \Q
    \c
    \l
    \y
    \i
    (?x)a* *
    (?x)a* ?
    (?x)( ?:a)
    (?<=a*)b
    (?<=a?)b
    (?<=a|bc)d
    (?<!a+)b
    (?<=a{1,2})b
    (?<=(a|bc))d
    (?<=\1)(a)
    (?<=(a)\1)b
"""


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def search(pattern, texts):
    compiled = re.compile(pattern)
    return [compiled.search(text) is not None for text in texts]


def is_error(pattern):
    try:
        re.compile(pattern)
    except (re.error, OverflowError, ValueError):
        return True
    return False


def corpus():
    for must_work, sections in [(True, MUST_WORK), (False, MAY_REFUSE)]:
        for texts, patterns in sections:
            for pattern in lines(patterns):
                yield {"pattern": pattern, "must_work": must_work, "texts": texts, "search": search(pattern, texts)}
    for pattern in lines(ERRORS):
        assert is_error(pattern), pattern
        yield {"pattern": pattern, "error": True}


def ranges(pattern, chars):
    """The first and last of consecutive characters that match."""
    found = []
    for char in chars:
        if re.fullmatch(pattern, char):
            if found and ord(found[-1][1]) == ord(char) - 1:
                found[-1][1] = char
            else:
                found.append([char, char])
    return found


def case_variants(chars):
    """The groups of characters that `(?i)` does not tell apart."""
    cased = "".join(c for c in chars if c != "\0" and {c.lower(), c.upper(), c.casefold()} != {c})
    groups = {"".join(re.findall(re.escape(c), cased, re.IGNORECASE)) for c in cased}
    return sorted(group for group in groups if len(group) > 1)


def write(name, values):
    text = ",\n".join(json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values)
    pathlib.Path(__file__).with_name(name).write_text(f"[\n{text}\n]\n", encoding="utf-8")


def main():
    assert sys.version_info[:2] == (3, 11), sys.version
    warnings.simplefilter("ignore")
    chars = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    write("corpus.json", corpus())
    write("unicode.json", [*(ranges(escape, chars) for escape in [r"\d", r"\w", r"\s"]), case_variants(chars)])


main()
