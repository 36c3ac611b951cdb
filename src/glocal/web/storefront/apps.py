from django.apps import AppConfig


class StorefrontConfig(AppConfig):
    name = "glocal.web.storefront"
    label = "storefront"
    verbose_name = "Shop"
