"""Questions of classification: what tags such as personal data reach, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.asking.opened import OpenWorkspace, clocks
from lineage_pipeline.questions.parts import TagQuestion, tag_proof

if TYPE_CHECKING:
    import polars as pl

    from lineage_pipeline.asking.opened import Time


class TagQuestions(OpenWorkspace):
    """What is classified, and why."""

    def classification(
        self, as_of: Time = None, known_at: Time = None, *, include_indirect: bool = False
    ) -> pl.DataFrame:
        """Return what tags such as personal data reach: the rows of `lineage.classification`.

        A row per node, field (None: the node as a whole) and tag: node_id, field, category, key,
        value, status (declared, derived, or possible: nobody says whether it is), depth,
        origin_node_id, origin_field, is_cut. `include_indirect` follows what only steers, too.
        """
        true_at, told_at = clocks(as_of, known_at)
        asked = {"include_indirect": include_indirect, "as_of": true_at, "known_at": told_at}
        return self._asked(lambda warehouse: warehouse.table("classification", **asked))

    def why(
        self,
        node: str,
        field: str | None = None,
        tag: str | None = None,
        as_of: Time = None,
        known_at: Time = None,
        *,
        include_indirect: bool = False,
    ) -> pl.DataFrame:
        """Return why a field is classified, or a node as a whole: the rows of `lineage.tag_path`.

        A row per tag (of the key or category `tag`, if given) and step from where it is declared,
        `reason` in words. Raises as `column_upstream`.
        """
        asked = TagQuestion(
            node, field, tag, *clocks(as_of, known_at), include_indirect=include_indirect
        )
        return self._asked(lambda warehouse: tag_proof(warehouse, asked))
