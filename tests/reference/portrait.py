"""Draws the photo of tests/fixtures/owners/designer: nobody's portrait, made of shapes.

    python3 tests/reference/portrait.py tests/fixtures/owners/designer/photo.jpg

It needs Pillow.
"""

import sys

from PIL import Image, ImageDraw, ImageFilter

SIDE = 480
# Drawn larger, so that the edges come out smooth.
SCALE = 3


def blend(one, other, share):
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other))


def ground():
    """A wall in evening light, with a stripe of shade."""
    picture = Image.new("RGB", (SIDE * SCALE, SIDE * SCALE))
    draw = ImageDraw.Draw(picture)
    for y in range(SIDE * SCALE):
        draw.line([(0, y), (SIDE * SCALE, y)], blend((236, 190, 150), (120, 86, 130), y / SIDE / SCALE))
    draw.polygon([(0, 0), (500, 0), (0, 900)], (246, 214, 176))
    return picture


def figure(picture):
    """Shoulders, neck, a head with hair, and a scarf."""
    draw = ImageDraw.Draw(picture)
    skin, shade, hair, coat = (226, 172, 138), (190, 130, 106), (70, 38, 40), (38, 66, 92)
    draw.ellipse([400, 170, 1040, 900], hair)
    draw.rounded_rectangle([190, 1010, 1250, 1700], 300, coat)
    draw.rectangle([610, 800, 830, 1100], shade)
    draw.ellipse([480, 260, 960, 920], skin)
    draw.pieslice([440, 190, 1000, 800], 175, 330, hair)
    draw.ellipse([470, 960, 970, 1190], (204, 62, 92))
    draw.polygon([(800, 1090), (960, 1090), (1010, 1440), (830, 1440)], (178, 44, 76))
    for x in (600, 790):
        draw.ellipse([x, 540, x + 54, 590], (44, 34, 40))
        draw.line([(x - 20, 500), (x + 74, 490)], hair, 16)
    draw.line([(722, 590), (748, 690), (706, 694)], shade, 14)
    draw.arc([620, 690, 820, 810], 20, 160, (158, 60, 70), 18)


def main():
    picture = ground().filter(ImageFilter.GaussianBlur(24))
    figure(picture)
    picture = picture.resize((SIDE, SIDE), Image.LANCZOS)
    picture.save(sys.argv[1], quality=88, optimize=True)


main()
