"""SVG elements as text: escaped, numbers in one fixed form."""

from xml.sax.saxutils import escape, quoteattr

from lineage_pipeline.pictures.label import printable_text


def number(value: float) -> str:
    """Return a coordinate with at most one decimal, the same bytes on every machine."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def translation(x: float, y: float) -> str:
    """Return the transform that moves what it is given to."""
    return f"translate({number(x)} {number(y)})"


def element(name: str, *children: str, **attributes: str | float) -> str:
    """Return an element with its attributes in the order given.

    `children` is markup already; `text_of` makes it from text. In an attribute's name `_` stands
    for `-`, and at its end for nothing. Attributes without a value are left out.
    """
    parts = [name]
    for key, value in attributes.items():
        text = printable_text(value) if isinstance(value, str) else number(value)
        if text:
            parts.append(f"{key.rstrip('_').replace('_', '-')}={quoteattr(text)}")
    opening = " ".join(parts)
    return f"<{opening}>{''.join(children)}</{name}>" if children else f"<{opening}/>"


def text_of(*lines: str) -> str:
    """Return lines of any text as content of an element."""
    return "\n".join(escape(printable_text(line)) for line in lines)
