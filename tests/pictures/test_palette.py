"""Colours stand out from their page and from each other, for readers of every kind of sight."""

from collections.abc import Sequence
from itertools import combinations

import pytest

from lineage_pipeline.pictures.palette import DARK, LIGHT, Palette

# G. M. Machado et al., A Physiologically-based Model for Simulation of Color Vision Deficiency
# (2009), table 1, severity 1.0.
SIGHT = {
    "usual": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": ((0.1523, 1.0526, -0.2049), (0.1145, 0.7863, 0.0992), (-0.0039, -0.0481, 1.0520)),
    "deutan": ((0.3673, 0.8606, -0.2280), (0.2801, 0.6725, 0.0474), (-0.0118, 0.0429, 0.9690)),
    "tritan": ((1.2555, -0.0767, -0.1788), (-0.0784, 0.9309, 0.1476), (0.0047, 0.6914, 0.3039)),
}
TO_CONES = ((0.4122, 0.5363, 0.0515), (0.2119, 0.6807, 0.1074), (0.0883, 0.2817, 0.6300))
TO_OKLAB = ((0.2105, 0.7936, -0.0041), (1.9780, -2.4286, 0.4506), (0.0259, 0.7828, -0.8087))
CLEARLY_APART = 0.07

palettes = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def times(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def linear(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def contrast(one: str, other: str) -> float:
    low, high = sorted(times([(0.2126, 0.7152, 0.0722)], linear(c))[0] for c in (one, other))
    return (high + 0.05) / (low + 0.05)


def seen(colour: str, sight: str) -> list[float]:
    rgb = [min(1.0, max(0.0, part)) for part in times(SIGHT[sight], linear(colour))]
    return times(TO_OKLAB, [cone ** (1 / 3) for cone in times(TO_CONES, rgb)])


@palettes
def test_text_and_marks_meet_the_contrast_of_wcag(palette: Palette) -> None:
    for shade in palette.shade_by_stage.values():
        assert contrast(shade.accent, palette.page) >= 3
        for surface in (palette.page, shade.box, shade.band):
            assert contrast(palette.text, surface) >= 7
            assert contrast(palette.muted, surface) >= 4.5
            assert contrast(palette.edge, surface) >= 3


@palettes
@pytest.mark.parametrize("sight", SIGHT)
def test_stages_differ_for_every_kind_of_sight(palette: Palette, sight: str) -> None:
    accents = {stage: shade.accent for stage, shade in palette.shade_by_stage.items()}

    for one, other in combinations(accents, 2):
        gap = zip(seen(accents[one], sight), seen(accents[other], sight), strict=True)
        assert sum((a - b) ** 2 for a, b in gap) ** 0.5 >= CLEARLY_APART, (one, other)
