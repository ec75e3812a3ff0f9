"""A section in a notebook."""

from dataclasses import replace


def test_section(section):
    source = section._repr_html_()
    assert "<h2>Shyness, posting and contacts</h2>" in source
    assert source.count("<table>") == 2
    assert source.count("<svg ") == 1
    assert "imulated" not in source.split("</style>")[1]


def test_simulated_answers_are_labelled(section):
    source = replace(section, simulated=True)._repr_html_()
    assert source.count('<span class="simulated">Simulated answers</span>') == 3
    assert '<aside class="banner" aria-label="Simulated answers">' in source
