"""Forms of accounts."""

from django.forms import ModelForm

from accounts.models import User


class CreditForm(ModelForm):
    """How a translator is named under published texts."""

    class Meta:
        model = User
        fields = ["credit_name", "credit_kind"]
