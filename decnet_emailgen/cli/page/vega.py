"""Vega-Lite specifications of the charts (schema version 5); plain JSON, no drawing yet.

Colours are CSS variables and ``currentColor``, so that one drawing serves light and dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Spec = dict[str, Any]
Rows = Sequence[dict[str, Any]]

WIDTH = 360
INK = "var(--chart)"
REFERENCE = "var(--chart-ref)"
LINE = "var(--line)"


def chart(width: int, height: int | None, **parts: Any) -> Spec:
    """A whole specification; without ``height`` the rows of the chart decide it."""
    sized = {"height": height} if height is not None else {}
    fit = {"type": "fit" if height is not None else "fit-x", "contains": "padding"}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        **sized,
        "autosize": fit,
        "padding": 2,
        "background": None,
        "config": _CONFIG,
        **parts,
    }


_CONFIG: Spec = {
    "view": {"stroke": None},
    "axis": {
        "labelColor": "currentColor",
        "titleColor": "currentColor",
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelLimit": 130,
        "labelPadding": 5,
    },
    "scale": {"bandPaddingInner": 0.12},
}


def _tip(text: str = "tip") -> Spec:
    return {"field": text, "type": "nominal"}


def axis(field: str, kind: str, title: str | None, **more: Any) -> Spec:
    """An encoding by position; ``kind`` is Vega-Lite's type of the field."""
    return {"field": field, "type": kind, "title": title, **more}


def heat(rows: Rows, x: Spec, y: Spec, width: int, height: int | None) -> Spec:
    """Cells of ``n``, the fuller the more; ``x`` and ``y`` are encodings."""
    most = max((row["n"] for row in rows), default=1) or 1
    cells = {
        "mark": {"type": "rect", "cornerRadius": 2, "color": INK},
        "encoding": {
            "x": x,
            "y": y,
            "opacity": {
                "field": "n",
                "type": "quantitative",
                "legend": None,
                "scale": {"domain": [0, most], "range": [0.07, 1], "type": "sqrt"},
            },
            "description": _tip(),
        },
    }
    return chart(width, height, data={"values": list(rows)}, layer=[cells])


def band(low: object, high: object) -> Spec:
    """A layer that frames a range of an ordinal x axis."""
    return {
        "data": {"values": [{"low": low, "high": high}]},
        "mark": {
            "type": "rect",
            "fillOpacity": 0,
            "stroke": REFERENCE,
            "strokeWidth": 1.5,
            "strokeDash": [4, 3],
        },
        "encoding": {
            "x": {"field": "low", "type": "ordinal", "bandPosition": 0},
            "x2": {"field": "high", "bandPosition": 1},
            "y": {"value": 0},
            "y2": {"value": "height"},
        },
    }


def bars(rows: Rows, title: str, *, order: Sequence[str] = ()) -> Spec:
    """Bars of ``value`` by ``name``; a row's ``low`` and ``high`` are its reference range."""
    y = axis("name", "nominal", None, sort=list(order) or None, axis={"ticks": False})
    x = axis("value", "quantitative", title, axis={"tickCount": 5, "format": ",~f"})
    bar = {"type": "bar", "color": INK, "cornerRadiusEnd": 2, "height": {"band": 0.5}}
    layers = [_ranges(rows, x, y)] if any("low" in row for row in rows) else []
    layers.append({"mark": bar, "encoding": {"x": x, "y": y, "description": _tip()}})
    spec = chart(WIDTH, None, data={"values": list(rows)}, layer=layers)
    return {**spec, "height": {"step": 28}}


def _ranges(rows: Rows, x: Spec, y: Spec) -> Spec:
    """A layer of reference ranges, as bands behind the bars."""
    return {
        "data": {"values": [row for row in rows if "low" in row]},
        "mark": {
            "type": "bar",
            "color": REFERENCE,
            "fillOpacity": 0.28,
            "stroke": REFERENCE,
            "strokeWidth": 1,
            "height": {"band": 1},
        },
        "encoding": {
            "x": {**x, "field": "low"},
            "x2": {"field": "high"},
            "y": y,
            "description": _tip("range"),
        },
    }


def curve(points: Rows, reference: Rows, ranges: Rows, x: Spec, y_title: str) -> Spec:
    """A cumulative curve of ``share`` over ``value``, one of real mail, and ranges as rules.

    A range has either ``low`` and ``high`` (shares, at ``value``) or ``left`` and ``right``
    (values, at ``share``).
    """
    y = axis("share", "quantitative", y_title, scale={"domain": [0, 100]})
    layers: list[Spec] = []
    if reference:
        layers.append(
            {
                "data": {"values": list(reference)},
                "mark": {"type": "line", "color": REFERENCE, "strokeDash": [4, 3]},
                "encoding": {"x": x, "y": y, "order": {"field": "share"}},
            }
        )
    layers.append(
        {
            "data": {"values": list(points)},
            "mark": {"type": "line", "color": INK, "strokeWidth": 2.5, "interpolate": "monotone"},
            "encoding": {"x": x, "y": y, "order": {"field": "share"}},
        }
    )
    layers += _rules(ranges, x)
    return chart(WIDTH, 230, layer=layers)


def _rules(ranges: Rows, x: Spec) -> list[Spec]:
    upright = [row for row in ranges if "low" in row]
    lying = [row for row in ranges if "left" in row]
    mark = {"type": "rule", "color": REFERENCE, "strokeWidth": 6, "opacity": 0.75}
    found: list[Spec] = []
    if upright:
        places = {
            "x": {**x, "field": "value"},
            "y": {"field": "low", "type": "quantitative"},
            "y2": {"field": "high"},
        }
        found.append({"data": {"values": upright}, "mark": mark, "encoding": places})
    if lying:
        places = {
            "x": {**x, "field": "left"},
            "x2": {"field": "right"},
            "y": {"field": "share", "type": "quantitative"},
        }
        found.append({"data": {"values": lying}, "mark": mark, "encoding": places})
    for layer in found:
        layer["encoding"]["description"] = _tip("range")
    return found
