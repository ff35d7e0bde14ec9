"""Who asks for the whole picture is understood; whoever may mean a thing in it is not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layer_edit.editing.asks import LANGUAGES, asks_for_all
from layer_edit.editing.prompts import KEPT, Wording, write
from layer_edit.paths import resources_folder

ALL = {
    "English": [
        "Turn the picture into an oil painting",
        "a warmer photo",
        "black and white",
        "Convert this photograph to black-and-white, please.",
        "B&W",
        "Turn day into night",
        "Turn the night into day!",
        "Make it winter",
        "Make the whole scene look like night",
        "increase the contrast by 20%",
        "Reduce the saturation a little, by 30 percent",
        "Give it a faded vintage look",
        "Make everything in the picture sepia",
        "in the style of Van Gogh",
        "Make it an oil painting in the style of Vincent van Gogh.",
        "Apply a sepia filter",
        "Make it look like a pencil sketch. Do not change anything else.",
        "Turn it into a charcoal drawing while keeping the composition",
        "Keep the same person, pose, and background. Turn the picture into a watercolor painting. "
        "Keep lighting natural and consistent.",
        "Change the faded photo to a summer night",
        "MAKE IT BRIGHTER AND MORE COLORFUL",
    ],
    "German": [
        "Mach das Bild schwarzweiß",
        "Verwandle das Foto in ein Ölgemälde",
        "Etwas wärmer, bitte.",
        "Mache aus dem Tag eine Nacht",
        "Im Stil von Claude Monet",
        "Erhöhe den Kontrast um 20 %",
        "Behalte die Komposition bei. Wandle das ganze Bild in ein Aquarell um.",
        "Change das Bild in Schwarz-Weiß. Keep lighting natural and consistent.",
    ],
    "Spanish": [
        "Convierte la foto en un óleo",
        "Haz la imagen más cálida",
        "Ponlo en blanco y negro",
        "Convierte el día en noche",
        "al estilo de Joaquín Sorolla",
        "Aumenta el contraste de la imagen",
        "Haz que parezca una acuarela. Mantén la composición.",
    ],
    "French": [
        "Transforme la photo en peinture à l'huile",
        "Rends l’image plus chaude",
        "Mets la photo en noir et blanc",
        "Rends-la un peu plus sombre",
        "dans le style de Monet",
        "Transforme le jour en nuit en gardant la composition",
        "Augmente la saturation de 20 %",
    ],
    "Japanese": [
        "写真を油絵にしてください",
        "白黒にして",
        "全体をもっと暖かく",
        "昼を夜に変えて。",
        "ゴッホ風にして",
        "構図はそのままで、水彩画のように",
        "コントラストを20％上げて",
    ],
    "Chinese": [
        "把图片变成油画",
        "黑白",
        "让整张照片更暖一点",
        "把白天变成夜晚",
        "梵高风格",
        "保持构图不变，把照片变成水彩画。",
        "请把照片转换为铅笔素描",
    ],
}

NOT_ALL = {
    "English": [
        "",
        " . ",
        "Make it",
        "the whole picture",
        "20%",
        "Change the contrast",
        "Make the jacket warmer",
        "Make the light in the window warmer",
        "Add an oil painting on the wall",
        "Give the scene an oil painting",
        "Make a sketch in the picture",
        "Make a painting",
        "remove the night light",
        "Make it black and white except the rose",
        "Make everything but the rose sepia",
        "Change the text to NIGHT",
        'Make it "night"',
        "Make it ‘night’",
        "Make the oil painting darker",
        "Make the whole painting darker",
        "Brighten sunset",
        "warmer sunset",
        "Make the lighter brighter",
        "Make the summer dress warmer",
        "Make the evening dress black and white",
        "Make the picture frame sepia",
        "Make the second photo warmer",
        "Make the photo on the wall warmer",
        "Make the left half darker",
        "Turn it into a cartoon cat",
        "Change the black and white photo",
        "Turn the sketch into a photo",
        "Do not make it black and white",
        "Don't make it warmer",
        "Make Dawn brighter",
        "in the style of her mother",
        "IN THE STYLE OF MONET ADD A DOG",
        "in the style of Van Gogh's Starry Night",
        "Keep the same person, pose, and background.",
        "Make it black and white. Keep the rose red.",
        "Make it black and white, but keep the background.",
        "Keep the person. Make it black and white.",
        "Keep the background unchanged. Make it warmer.",
        "Turn the picture into an oil painting. Add a red balloon.",
        "Make it warmer\nand the hat blue",
    ],
    "German": [
        "Mach die Jacke wärmer",
        "Mach das Gemälde dunkler",
        "Mach ein Gemälde auf dem Bild",
        "Füge ein Ölgemälde hinzu",
        "Nicht dunkler machen",
        "Mach das Nachtlicht heller",
        "Alles schwarzweiß außer der Rose",
        "Ändere den Text in „Nacht“",
    ],
    "Spanish": [
        "Haz la chaqueta más cálida",
        "Haz el pastel más oscuro",
        "Haz un pastel",
        "Pon un dibujo",
        "Añade un cuadro al óleo",
        "Haz el atardecer más vivo",
        "Todo en blanco y negro excepto la rosa",
        "Cambia el texto a noche",
    ],
    "French": [
        "Rends la veste plus chaude",
        "Rends la peinture plus sombre",
        "Ajoute un tableau",
        "Mets un tableau",
        "Tout en noir et blanc sauf la rose",
        "Change le texte en « nuit »",
        "Rends le coucher de soleil plus vif",
    ],
    "Japanese": [
        "ジャケットを暖かくして",
        "壁に油絵を追加して",
        "写真に油絵を",
        "油絵を明るくして",
        "夕焼けを鮮やかに",
        "バラ以外を白黒に",
        "夜景を明るく",
        "「夜」にして",
        "ジャケット",
    ],
    "Chinese": [
        "把外套变暖",
        "墙上加一幅油画",
        "给照片一幅油画",
        "把油画变亮",
        "油画变暗",
        "图片里的油画更亮",
        "除了玫瑰全部变成黑白",
        "把文字改成夜晚",
    ],
}

PRESETS = json.loads((resources_folder() / "presets.json").read_text("utf-8"))["presets"]
WHOLE_PRESETS = {
    "Time of day",
    "Watercolour",
    "Oil painting",
    "Ink and flat colours",
    "Colour a black and white photo",
    "Brighter",
    "Warmer",
    "More contrast",
    "Stronger colours",
    "Black and white",
    "Sepia",
    "Auto levels",
    "Sharpen",
    "Denoise",
    "Pencil sketch",
}


def _cases(by_language: dict[str, list[str]]) -> list[str]:
    return [text for texts in by_language.values() for text in texts]


@pytest.mark.parametrize("text", _cases(ALL))
def test_who_asks_for_the_whole_picture_is_understood(text: str) -> None:
    """In words that leave nothing else to be meant."""
    assert asks_for_all(text)


@pytest.mark.parametrize("text", _cases(NOT_ALL))
def test_what_may_be_about_a_part_is_not_taken_for_the_whole(text: str) -> None:
    """A thing, a place, an exception, a quotation, a negation: the pixels decide then."""
    assert not asks_for_all(text)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset["name"])
def test_presets_ask_for_the_whole_picture_where_they_are_about_it(preset) -> None:  # type: ignore[no-untyped-def]
    """With what is in their braces: styles and adjustments, but no object and no background."""
    text = preset["text"].replace("{", "").replace("}", "")
    assert asks_for_all(text) is (preset["name"] in WHOLE_PRESETS)


@pytest.mark.parametrize("change", ["turn the picture into an oil painting", "it to sepia"])
def test_what_the_builder_writes_around_a_change_is_no_obstacle(change: str) -> None:
    """'Keep the same …' is how it looks, not where: every chip at once."""
    assert asks_for_all(write(Wording(change, tuple(one.key for one in KEPT))))
    assert not asks_for_all(write(Wording("the jacket to sepia", ("person", "lighting"))))


_KNOWN = {
    word
    for language in LANGUAGES
    for phrase in (*language.parts, *language.kept)
    for word in phrase
}
_UNKNOWN = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9).filter(
    lambda word: word not in _KNOWN
)


@given(st.sampled_from(_cases(ALL)), _UNKNOWN, st.data())
def test_one_unknown_word_is_enough_to_leave_it_to_the_pixels(text, word, data) -> None:  # type: ignore[no-untyped-def]
    """Wherever it stands."""
    parts = text.split(" ")
    place = data.draw(st.integers(0, len(parts)))
    assert not asks_for_all(" ".join([*parts[:place], word, *parts[place:]]))


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    """Signs, scripts and half of a pair of surrogates included; none of it is an oil painting."""
    assert not asks_for_all(f"{text} jacket")
    asks_for_all(text)


@given(st.lists(st.sampled_from(sorted(_KNOWN)), max_size=12).map(" ".join))
def test_known_words_in_any_order_are_read(text: str) -> None:
    """However little sense they make; and quoted they are never the whole picture."""
    assert isinstance(asks_for_all(text), bool)
    assert not asks_for_all(f"{text} “night”")
