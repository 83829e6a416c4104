"""The colours of a picture, on a light and on a dark page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lineage_pipeline.settings.lineage_toml import STAGES


@dataclass(frozen=True, slots=True)
class Shade:
    """The colours of one stage: of lines and marks, of a box, and of the strip behind the boxes."""

    accent: str
    box: str
    band: str


@dataclass(frozen=True, slots=True)
class Palette:
    """All colours of one colour scheme, as `#rrggbb`."""

    page: str
    frame: str
    text: str
    muted: str
    edge: str
    shade_by_stage: Mapping[str, Shade]


def _mixed(colour: str, page: str, share: float) -> str:
    parts = (
        round(int(colour[i : i + 2], 16) * share + int(page[i : i + 2], 16) * (1 - share))
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def _palette(
    *,
    page: str,
    frame: str,
    text: str,
    muted: str,
    edge: str,
    accents: tuple[str, ...],
    tint: float,
) -> Palette:
    shades = {
        stage: Shade(accent, _mixed(accent, page, tint), _mixed(accent, page, tint / 2))
        for stage, accent in zip(STAGES, accents, strict=True)
    }
    return Palette(page, frame, text, muted, edge, shades)


# Each accent stands out from its page by 3:1, and every two stay apart for readers who lack one
# kind of cone; the caption of each stage says the same in words.
# Source: WCAG 2.2, 1.4.1 Use of Color, 1.4.11 Non-text Contrast.
LIGHT: Final = _palette(
    page="#ffffff",
    frame="#d8dee4",
    text="#1f2328",
    muted="#59636e",
    edge="#6e7781",
    accents=("#1d4aa8", "#3596e8", "#1f8062", "#c88214", "#c23a0c", "#7d2470", "#8b919c"),
    tint=0.10,
)
DARK: Final = _palette(
    page="#0d1117",
    frame="#30363d",
    text="#f0f3f6",
    muted="#a3adb8",
    edge="#8b949e",
    accents=("#3a7be0", "#9adcf8", "#3fc49b", "#f8a830", "#e65f28", "#c592ea", "#878b96"),
    tint=0.16,
)
