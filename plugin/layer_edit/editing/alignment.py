"""Finds how far a result lies off its source, on what the edit left as it was.

Lucas and Kanade's method, coarse to fine: where two pictures differ by a small motion u, their
difference is about −gradient · u. Each tile of the picture gives two such equations (its own mean
difference is taken out first, so that a cast does not look like a motion); tiles that no common
motion explains, as those of the edit, lose their weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from PIL import Image, ImageFilter

from .equations import solve
from .motion import Motion
from .sampling import Box, sampled
from .tiles import central, computed, tile_means

COARSEST = 64
"""Pixels of the longer side on the first level: what is off by 2 % is off by about a pixel."""

LONGEST = 1100
"""Pixels of the longer side on the last level: enough for a hundredth of a pixel."""

STEPS = 3
"""Refinements on a level."""

ROUNDS = 4
"""Rounds of weighing the tiles, each refinement."""

NOISE = 1.0
"""Levels²: variance of a tile's difference that says nothing, as from rounding."""

TEXTURE_NOISE = 0.01
"""Its growth with the tile's squared gradient: what blur and the like leave at edges."""

STRETCH_PRIOR = 0.3
"""How firmly both axes are held to one scale, in shares of what the picture says itself."""

LARGEST = 0.06
"""Motions beyond this share of half the picture are no drift of a model: nothing is aligned."""

STILL = 0.02
"""Pixels. A refinement that moves no point farther ends a level."""

NOTICED = 0.05
"""Pixels. A result that lies no farther off is left on its own grid: resampling costs more."""

GAIN = 0.97
"""What is left of the differences, at most, for a motion to be worth undoing."""


@dataclass(frozen=True)
class _Tile:
    """One tile's equations: middle (−1…1 in both axes), covariances of gradient and difference."""

    x: float
    y: float
    xx: float
    xy: float
    yy: float
    bx: float
    by: float
    difference: float

    @property
    def noise(self) -> float:
        return NOISE + TEXTURE_NOISE * (self.xx + self.yy)

    @property
    def tells(self) -> bool:
        """Whether there is enough texture to see a motion."""
        return self.xx + self.yy > NOISE

    def left_over(self, motion: list[float]) -> float:
        """Variance of the difference that stays after the motion (dx, dy, ex, ey in pixels)."""
        u = motion[0] + motion[2] * self.x
        v = motion[1] + motion[3] * self.y
        explained = 2 * (self.bx * u + self.by * v)
        bent = self.xx * u * u + 2 * self.xy * u * v + self.yy * v * v
        return max(0.0, self.difference + explained + bent)


def alignment(source: Image.Image, result: Image.Image, nominal: Box) -> Motion:
    """How far `result` lies off `source`; no motion where undoing it would not help.

    Both are 'L', `source` at the resolution to work at. `nominal` is where the result shows the
    source when nothing moved, in its pixels.
    """
    longest = min(LONGEST, max(source.size))
    motion = Motion()
    for side in _sides(longest):
        grid = _grid(source, side)
        for _ in range(STEPS):
            dx, dy, ex, ey = _step(_tiles(grid, _sampled(result, motion.box(nominal), grid.size)))
            across, down = grid.width / 2, grid.height / 2
            motion = motion.then(dx / across, dy / down, 1 + ex / across, 1 + ey / down)
            if motion.farthest((2, 2)) > LARGEST:
                return Motion()
            if max(abs(dx) + abs(ex), abs(dy) + abs(ey)) < STILL:
                break
    if motion.farthest(source.size) < NOTICED:
        return Motion()
    return motion if _helps(grid, result, nominal, motion) else Motion()


def _helps(grid: Image.Image, result: Image.Image, nominal: Box, motion: Motion) -> bool:
    """Whether the tiles that tell differ less with the motion undone than as the result came."""
    before, after = (
        _tiles(grid, _sampled(result, box, grid.size)) for box in (nominal, motion.box(nominal))
    )
    pairs = sorted(
        (
            (old.difference / old.noise, new.difference / new.noise)
            for old, new in zip(before, after, strict=True)
            if old.tells
        ),
        key=min,
    )
    # The third that differs most in any case may be the edit.
    unchanged = pairs[: -(-len(pairs) * 2 // 3)]
    return sum(new for _, new in unchanged) < GAIN * sum(old for old, _ in unchanged)


def _grid(source: Image.Image, side: int) -> Image.Image:
    scale = side / max(source.size)
    size = max(8, round(source.width * scale)), max(8, round(source.height * scale))
    return _smooth(source.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))


def _sampled(result: Image.Image, box: Box, size: tuple[int, int]) -> Image.Image:
    """The part of `result` in the box, smoothed; first halved as often as that leaves enough."""
    by = 1
    while (box[2] - box[0]) / (2 * by) > size[0] and (box[3] - box[1]) / (2 * by) > size[1]:
        by *= 2
    left, top, right, bottom = (edge / by for edge in box)
    return _smooth(sampled(result.reduce(by), (left, top, right, bottom), size))


def _sides(longest: int) -> list[int]:
    sides = [longest]
    while sides[0] > 1.5 * COARSEST:
        sides.insert(0, max(COARSEST, sides[0] // 2))
    return sides


def _smooth(image: Image.Image) -> Image.Image:
    """Gradients of sharp pixels are too rough for the method."""
    return image.filter(ImageFilter.GaussianBlur(0.8))


def _tiles(grid: Image.Image, moved: Image.Image) -> list[_Tile]:
    """The equations of all tiles; both pictures are 'L' and of one size."""
    there, here = grid.convert("F"), moved.convert("F")
    both = central(computed(lambda of: of["a"] + of["b"], a=there, b=here))
    # Half of the central difference of the mean of both.
    x = computed(lambda of: (of["right"] - of["left"]) * 0.25, **both)
    y = computed(lambda of: (of["below"] - of["above"]) * 0.25, **both)
    d = computed(lambda of: of["b"] - of["a"], a=there, b=here).crop(
        (1, 1, grid.width - 1, grid.height - 1)
    )
    tile = max(2, min(_tile(max(grid.size)), min(x.size) // 3))
    products = (
        computed(lambda of: of["a"] * of["b"], a=a, b=b)
        for a, b in ((x, x), (x, y), (y, y), (x, d), (y, d), (d, d))
    )
    sums = [tile_means(image, tile) for image in (x, y, d, *products)]
    columns = x.width // tile
    return [
        _Tile(
            ((index % columns + 0.5) * tile + 1) / grid.width * 2 - 1,
            ((index // columns + 0.5) * tile + 1) / grid.height * 2 - 1,
            xx - mx * mx,
            xy - mx * my,
            yy - my * my,
            xd - mx * md,
            yd - my * md,
            dd - md * md,
        )
        for index, (mx, my, md, xx, xy, yy, xd, yd, dd) in enumerate(zip(*sums, strict=True))
    ]


def _tile(longest: int) -> int:
    """Pixels of a tile's side: some hundred tiles on every level."""
    return 8 if longest < 300 else 16 if longest < 700 else 32


def _step(tiles: list[_Tile]) -> list[float]:
    """(dx, dy, ex, ey): pixels at the middle, and further pixels at the right and lower edge."""
    motion = [0.0, 0.0, 0.0, 0.0]
    for _ in range(ROUNDS):
        scores = [tile.left_over(motion) / tile.noise for tile in tiles]
        telling = [score for tile, score in zip(tiles, scores, strict=True) if tile.tells]
        usual = max(median(telling or scores), 0.05)
        motion = _weighted(tiles, [1 / (1 + score / (3 * usual)) ** 2 for score in scores])
    return motion


def _weighted(tiles: list[_Tile], weights: list[float]) -> list[float]:
    matrix = [[0.0] * 4 for _ in range(4)]
    right = [0.0] * 4
    for tile, weight in zip(tiles, weights, strict=True):
        share = weight / tile.noise
        xx, xy, yy = share * tile.xx, share * tile.xy, share * tile.yy
        bx, by = share * tile.bx, share * tile.by
        x, y = tile.x, tile.y
        matrix[0][0] += xx
        matrix[0][1] += xy
        matrix[0][2] += xx * x
        matrix[0][3] += xy * y
        matrix[1][1] += yy
        matrix[1][2] += xy * x
        matrix[1][3] += yy * y
        matrix[2][2] += xx * x * x
        matrix[2][3] += xy * x * y
        matrix[3][3] += yy * y * y
        right[0] -= bx
        right[1] -= by
        right[2] -= bx * x
        right[3] -= by * y
    for row in range(4):
        for column in range(row):
            matrix[row][column] = matrix[column][row]
    firm = STRETCH_PRIOR * (matrix[2][2] + matrix[3][3])
    return _solved(matrix, right, firm)


def _solved(matrix: list[list[float]], right: list[float], firm: float) -> list[float]:
    """With both axes held to one scale, and still where the picture says nothing."""
    still = 1e-3 * (matrix[0][0] + matrix[1][1]) / 2 + 1e-6
    for index in range(4):
        matrix[index][index] += still * (1 if index < 2 else 0.3)
    matrix[2][2] += firm
    matrix[3][3] += firm
    matrix[2][3] -= firm
    matrix[3][2] -= firm
    return solve(matrix, right)
