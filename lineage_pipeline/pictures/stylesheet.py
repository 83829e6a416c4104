"""The rules that recolour a picture on a dark page."""

from typing import Final

from lineage_pipeline.pictures.palette import DARK, Palette

ROOT_CLASS: Final = "lineage-picture"


def dark_rules(palette: Palette = DARK) -> str:
    """Return the style sheet of a picture.

    The light colours are attributes of the elements, so a program that reads no style sheets draws
    them. Every rule starts at the root's class, so a picture inside an HTML page changes nothing
    else there.
    """
    rules = {
        ".page": f"fill:{palette.page};stroke:{palette.frame}",
        ".text": f"fill:{palette.text}",
        ".muted": f"fill:{palette.muted}",
        ".sign": f"stroke:{palette.muted}",
        ".line": f"stroke:{palette.edge}",
        ".head": f"fill:{palette.edge}",
        ".ring": f"stroke:{palette.text}",
        ".plate": f"fill:{palette.page}",
    }
    for stage, shade in palette.shade_by_stage.items():
        rules[f".{stage} .band"] = f"fill:{shade.band}"
        rules[f".{stage} .box"] = f"fill:{shade.box};stroke:{shade.accent}"
        rules[f".{stage} .mark"] = f"fill:{shade.accent}"
        rules[f".{stage} .glyph"] = f"stroke:{shade.accent}"
    body = "".join(f".{ROOT_CLASS} {selector}{{{rule}}}" for selector, rule in rules.items())
    return f"@media (prefers-color-scheme:dark){{{body}}}"
