from django.db import models
from django.utils import timezone

from glocal.platform.kernel.ids import uuid7

MOST_UNITS = 99
MOST_LINES = 50


class Cart(models.Model):
    """What a visitor or a person means to buy. A visitor's cart joins the person's on signing in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    visitor_id = models.UUIDField(null=True, unique=True)
    person_id = models.UUIDField(null=True, unique=True)
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(visitor_id=None) ^ models.Q(person_id=None), name="cart_has_one_owner"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class CartLine(models.Model):
    """One variant in a cart."""

    id = models.BigAutoField(primary_key=True)
    cart = models.ForeignKey(Cart, models.CASCADE, related_name="lines")
    variant_id = models.UUIDField()
    quantity = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart", "variant_id"], name="cart_line_once_per_variant"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1, quantity__lte=MOST_UNITS), name="cart_line_quantity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}"
