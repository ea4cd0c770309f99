"""`manage.py invite_administrator EMAIL`: the first administrator, or the only one who has lost the second factor."""

from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts.models import User
from accounts.services import invite_staff


class Command(BaseCommand):
    """Mails an invitation to an administrator, whose account is made if there is none."""

    help = (
        "Mail an administrator the link with which they choose a password and set up the second factor. "
        "Makes the account if there is none. The worker has to run and EMAIL_URL to be set."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="e-mail address")
        parser.add_argument(
            "--without-second-factor", action="store_true", help="remove the second factor, which is lost"
        )

    def handle(self, *args, email: str, without_second_factor: bool, **options) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError("This is no e-mail address.") from error
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            user = User.objects.create_superuser(email)
        if not user.is_superuser or not user.is_active:
            raise CommandError("There is an account with this address, but it is not that of an active administrator.")
        invite_staff(user, by=None, without_second_factor=without_second_factor)
        self.stdout.write("The invitation was written. The worker sends it.")
