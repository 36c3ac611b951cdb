"""Names of countries stand in the order that readers of the language look for them in."""

import pytest
from django.conf import settings

from glocal.web.storefront.shell import alphabetical, places


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("zh-hans", ["阿联酋", "巴西", "德国", "加拿大", "美国", "泰国", "新加坡", "越南"]),
        ("th", ["แคนาดา", "ไทย", "บราซิล", "เม็กซิโก", "เยอรมนี", "เวียดนาม", "สหรัฐอเมริกา"]),
        ("en", ["Brazil", "Côte d’Ivoire", "Cyprus", "México", "Mexico City"]),
        ("vi", ["Ả Rập Xê-út", "Canada", "Dubai", "Đức", "Hoa Kỳ", "Malaysia", "Mêhicô", "Thái Lan"]),
        ("es", ["Canadá", "Nueva Zelanda", "Nyanza", "Ñuble", "Omán"]),
        ("ar", ["البرازيل", "ألمانيا", "إندونيسيا", "تايلاند", "كندا"]),
    ],
)
def test_names_are_in_the_order_of_their_language(language: str, names: list[str]) -> None:
    assert sorted(set(names), key=lambda name: alphabetical(name, language)) == names


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_country_is_listed_once(language: str) -> None:
    codes = [code for _locale, _name, _currency, code in places(language)]
    assert len(codes) == len(set(codes)) > 10
