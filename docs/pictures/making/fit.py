"""Outlines with fewer curves: each subpath is sampled and fitted again with cubic curves (Schneider 1990). Needs numpy."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Z": 0}
#: Where an outline turns by more degrees than this, it has a corner that no curve may round.
_CORNER = 50


def subpaths(path: str) -> list[list[Points]]:
    """Return the cubic curves (4 points each) of each subpath of *path*, which has the absolute commands M L H V C Z."""
    found: list[list[Points]] = []
    curves: list[Points] = []
    tokens = _TOKEN.findall(path)
    pen = start = np.zeros(2)
    command, index = "", 0
    while index < len(tokens):
        if tokens[index].isalpha():
            command, index = tokens[index], index + 1
        count = _ARGUMENTS[command]
        numbers = np.array([float(token) for token in tokens[index : index + count]])
        index += count
        if command == "M":
            found, curves, pen, start = [*found, curves], [], numbers, numbers
            command = "L"
            continue
        curve = _curve(command, numbers, pen, start)
        if np.abs(curve - curve[0]).max() > 0.01:
            curves.append(curve)
        pen = curve[3]
    return [each for each in [*found, curves] if each]


def _curve(command: str, numbers: Points, pen: Points, start: Points) -> Points:
    if command == "C":
        return np.vstack([pen, numbers.reshape(3, 2)])
    ends = {"L": numbers, "Z": start}
    end = ends.get(command)
    if end is None:
        end = np.array([numbers[0], pen[1]]) if command == "H" else np.array([pen[0], numbers[0]])
    return np.vstack([pen, pen + (end - pen) / 3, pen + (end - pen) * 2 / 3, end])


def at(curve: Points, where: Points) -> Points:
    """Return the points of *curve* at each parameter of *where* (0 to 1)."""
    t = np.asarray(where)[:, None]
    u = 1 - t
    return u**3 * curve[0] + 3 * u * u * t * curve[1] + 3 * u * t * t * curve[2] + t**3 * curve[3]


def area(curves: list[Points]) -> float:
    """Return the area that *curves* enclose, in square units."""
    points = np.vstack([at(curve, np.linspace(0, 1, 9))[:-1] for curve in curves])
    x, y = points.T
    return float(abs((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2)


def simplify(curves: list[Points], tolerance: float) -> list[Points]:
    """Return fewer curves that stay within *tolerance* units of the closed outline *curves*."""
    points, nodes = _sampled(curves, max(1.0, tolerance))
    if len(points) < 4:
        return []
    corners = _corners(points, nodes, tolerance)
    smooth = not corners
    corners = corners or [int(points[:, 0].argmin())]
    fitted: list[Points] = []
    for place, first in enumerate(corners):
        last = corners[(place + 1) % len(corners)]
        way = np.arange(first, last + 1 if last > first else last + 1 + len(points)) % len(points)
        piece = points[way]
        piece = piece[np.concatenate([[True], np.hypot(*np.diff(piece, axis=0).T) > 1e-6])]
        if len(piece) < 2:
            continue
        reach = min(3, len(piece) - 1)
        leave, arrive = _unit(piece[reach] - piece[0]), _unit(piece[-1 - reach] - piece[-1])
        if smooth:
            leave = _unit(points[(first + 2) % len(points)] - points[first - 2])
            arrive = -leave
        _fit(piece, leave, arrive, tolerance, fitted)
    return fitted


def _sampled(curves: list[Points], step: float) -> tuple[Points, list[int]]:
    points: list[Points] = []
    nodes = []
    for curve in curves:
        length = np.hypot(*np.diff(at(curve, np.linspace(0, 1, 9)), axis=0).T).sum()
        nodes.append(len(points))
        points.extend(at(curve, np.linspace(0, 1, max(2, int(np.ceil(length / step))) + 1)[:-1]))
    return np.array(points), nodes


def _corners(points: Points, nodes: list[int], tolerance: float) -> list[int]:
    """Return the nodes at which the outline turns sharply; of those that stand together one is enough."""
    kept: list[int] = []
    for node in nodes:
        before = _unit(points[node] - _walk(points, node, -1, max(3.0, tolerance * 2.5)))
        after = _unit(_walk(points, node, 1, max(3.0, tolerance * 2.5)) - points[node])
        if float(before @ after) >= np.cos(np.radians(_CORNER)):
            continue
        if not kept or np.hypot(*(points[node] - points[kept[-1]])) > tolerance * 1.5:
            kept.append(node)
    return kept


def _walk(points: Points, start: int, step: int, reach: float) -> Points:
    place, gone = start, 0.0
    for _ in range(len(points)):
        following = (place + step) % len(points)
        gone += float(np.hypot(*(points[following] - points[place])))
        place = following
        if gone >= reach:
            break
    return points[place]


def _unit(vector: Points) -> Points:
    length = np.hypot(*vector)
    return vector / length if length > 1e-9 else vector


def _fit(points: Points, leave: Points, arrive: Points, tolerance: float, fitted: list[Points]) -> None:
    """Put into *fitted* the curves along *points* that leave and arrive in the directions given."""
    if len(points) == 2:
        third = np.hypot(*(points[1] - points[0])) / 3
        fitted.append(np.array([points[0], points[0] + leave * third, points[1] + arrive * third, points[1]]))
        return
    where = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    where /= where[-1]
    worst = (np.inf, 1)
    for _ in range(5):
        curve = _best(points, where, leave, arrive)
        errors = ((at(curve, where) - points) ** 2).sum(1)
        worst = min(worst, (float(errors.max()), int(errors.argmax())))
        if errors.max() < tolerance**2:
            fitted.append(curve)
            return
        if errors.max() > (tolerance * 6) ** 2:
            break
        where = _nearer(curve, points, where)
    split = min(max(worst[1], 1), len(points) - 2)
    along = _unit(points[max(0, split - 3)] - points[min(len(points) - 1, split + 3)])
    if not along.any():
        along = _unit(points[split - 1] - points[split])
    _fit(points[: split + 1], leave, along, tolerance, fitted)
    _fit(points[split:], -along, arrive, tolerance, fitted)


def _best(points: Points, where: Points, leave: Points, arrive: Points) -> Points:
    """Return the curve with these end directions that is nearest to *points* by least squares."""
    first, last = points[0], points[-1]
    b0, b1, b2, b3 = (1 - where) ** 3, 3 * where * (1 - where) ** 2, 3 * where**2 * (1 - where), where**3
    one, two = b1[:, None] * leave, b2[:, None] * arrive
    rest = points - ((b0 + b1)[:, None] * first + (b2 + b3)[:, None] * last)
    c11, c12, c22 = (one * one).sum(), (one * two).sum(), (two * two).sum()
    x1, x2 = (one * rest).sum(), (two * rest).sum()
    determinant = c11 * c22 - c12**2
    straight = float(np.hypot(*(last - first)))
    length = np.hypot(*np.diff(points, axis=0).T).sum()
    left = right = -1.0
    if abs(determinant) > 1e-12:
        left, right = (x1 * c22 - x2 * c12) / determinant, (c11 * x2 - c12 * x1) / determinant
    if not (1e-6 * straight <= left <= length and 1e-6 * straight <= right <= length):
        left = right = max(straight, 1e-6) / 3
    return np.array([first, first + leave * left, last + arrive * right, last])


def _nearer(curve: Points, points: Points, where: Points) -> Points:
    """Return better parameters of *points* on *curve* (one step of Newton's method)."""
    first = 3 * np.diff(curve, axis=0)
    second = 2 * np.diff(first, axis=0)
    t = where[:, None]
    slope = (1 - t) ** 2 * first[0] + 2 * (1 - t) * t * first[1] + t * t * first[2]
    bend = (1 - t) * second[0] + t * second[1]
    gap = at(curve, where) - points
    below = (slope * slope).sum(1) + (gap * bend).sum(1)
    moved = where - np.where(np.abs(below) > 1e-9, (gap * slope).sum(1) / np.where(below == 0, 1, below), 0)
    moved = np.clip(moved, 0, 1)
    moved[0], moved[-1] = 0, 1
    return moved if (np.diff(moved) >= 0).all() else where
