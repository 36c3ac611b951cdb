from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Conflict, Invalid, NotFound


class ProductNotFound(NotFound):
    code = "product_not_found"
    message = gettext_noop("This product is not for sale here.")


class CategoryNotFound(NotFound):
    code = "category_not_found"
    message = gettext_noop("There is no such category here.")


class UnknownVariant(NotFound):
    code = "unknown_variant"
    message = gettext_noop("This version of the product does not exist.")


class InvalidProduct(Invalid):
    """``product`` is the external id, ``field`` the place (``products[3].variants[0].sku``), ``mend`` what to do."""

    code = "invalid_product"
    message = gettext_noop("Product {product}: {mend}")


class SkuTaken(Conflict):
    code = "sku_taken"
    message = gettext_noop("The article number {sku} belongs to another product. Give this one its own.")


class WrongCurrency(Invalid):
    code = "wrong_currency"
    message = gettext_noop("Prices in {market} are in {expected}, not {currency}.")


class InvalidPrice(Invalid):
    code = "invalid_price"
    message = gettext_noop("A price must be greater than zero.")


class UnknownSort(Invalid):
    code = "unknown_sort"
    message = gettext_noop("“{sort}” is not an order we know. Use popular, new, price or -price.")


class InvalidSizeChart(Invalid):
    """``size_chart`` is its code, ``field`` the place (``charts[0].rows[2].cm``), ``mend`` what to do."""

    code = "invalid_size_chart"
    message = gettext_noop("Size chart {size_chart}: {mend}")


class SizeChartNotFound(NotFound):
    code = "size_chart_not_found"
    message = gettext_noop("There is no size chart {size_chart}.")


class WrongFrameCount(Invalid):
    """A spin has as many frames as ``least`` to ``most``, or none to take it away."""

    code = "wrong_frame_count"
    message = gettext_noop("A turn has {least} to {most} frames; these are {count}.")
