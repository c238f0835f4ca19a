"""Every string of the interface has its French."""

from tools.translations import ROOT, check, compile_catalogues, extract_app


def test_french_is_complete() -> None:
    problems = check(ROOT)
    assert not problems, "\n" + "\n".join(problems)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_strings_are_found_and_kept(tmp_path) -> None:
    from tools.translations import catalogue_path, update

    web = tmp_path / "src" / "clairevoie" / "web"
    app = web / "letters"
    write(app / "models.py", 'label = _("Letter")\nngettext("%(n)s letter", "%(n)s letters", n)\n')
    write(
        app / "templates" / "letters" / "page.html",
        '  <p>{# no #}{% translate "Send" %}</p>\n{% if x %}\n      {% blocktranslate trimmed %}\n'
        "  A <a>long</a>\n  text of {{ who }}\n{% endblocktranslate %}{% endif %}"
        '{{ x|default:_("None") }}{% translate "May" context "month" %}',
    )
    write(web / "settings.py", 'NAME = gettext_lazy("Register")\n')

    found = {(message.context, message.id) for message in extract_app(app, tmp_path) if message.id}
    assert found == {
        (None, "Letter"),
        (None, ("%(n)s letter", "%(n)s letters")),
        (None, "Send"),
        (None, "A <a>long</a> text of %(who)s"),
        (None, "None"),
        ("month", "May"),
    }
    assert [message.id for message in extract_app(web, tmp_path) if message.id] == ["Register"]
    update(tmp_path)
    path = catalogue_path(app)
    text = path.read_text(encoding="utf-8")
    assert len([line for line in check(tmp_path) if "not translated" in line]) == 7

    write(path, text.replace('msgid "Send"\nmsgstr ""', 'msgid "Send"\nmsgstr "L\'envoi"'))
    update(tmp_path)
    update(tmp_path)
    assert 'msgstr "L\'envoi"' in path.read_text(encoding="utf-8")
    assert any("straight apostrophe" in line for line in check(tmp_path))
    write(app / "models.py", "")
    assert any("obsolete: 'Letter'" in line for line in check(tmp_path))
    assert compile_catalogues(tmp_path)
    assert path.with_suffix(".mo").exists()
