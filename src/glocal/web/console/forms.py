"""Signing in to the console."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext


class SignIn(AuthenticationForm):
    """By e-mail address and password; django-axes counts the failures under the same name as the shop's form."""

    username = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"})
    )

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            self.user_cache = authenticate(self.request, email=email.strip().lower(), password=password)
            if self.user_cache is None and getattr(self.request, "axes_locked_out", False):
                raise ValidationError(gettext("Too many tries. Wait a quarter of an hour, then try again."))
            if self.user_cache is None or not self.user_cache.is_staff:
                # Somebody without a role hears the same as somebody without an account.
                raise ValidationError(gettext("This e-mail address and password do not open the console."))
        return self.cleaned_data
