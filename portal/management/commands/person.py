"""`manage.py person`: what the portal knows about one person."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import User
from audit import log
from audit.actions import Action
from portal import personal_data


class Command(BaseCommand):
    help = "Tell or erase what the portal knows about one person. See docs/privacy.md."

    def add_arguments(self, parser):
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="print everything about a person as JSON")
        export.add_argument("email", help="the e-mail address of the account")
        erase = actions.add_parser(
            "erase", help="erase a person's data; an account without name and rights stays. It cannot be undone"
        )
        erase.add_argument("email", help="the e-mail address of the account")
        erase.add_argument(
            "--everywhere",
            action="store_true",
            help="replace the name in every text, also in published ones; otherwise the texts are listed",
        )
        erase.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args, action, email, **options):
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError("There is no account with this e-mail address.")
        getattr(self, f"_{action}")(user, **options)

    def _export(self, user: User, **options) -> None:
        told = personal_data.export(user)
        log.record(Action.EXPORTED, user)
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder))

    def _erase(self, user: User, *, everywhere: bool, yes: bool, **options) -> None:
        if not yes and not self._is_confirmed(user):
            raise CommandError("Nothing was erased.")
        still_named = personal_data.erase(user, everywhere=everywhere)
        personal_data.compact()
        self.stdout.write(f"Erased. The account {user.pk} stays, without name, address and rights.")
        if still_named:
            self.stdout.write("These rows still have a part of the name. Look at each, and decide:")
            for mention in still_named:
                self.stdout.write(f"  {mention}")

    def _is_confirmed(self, user: User) -> bool:
        try:
            answer = input(f"Erase the data of {user.email} for ever? Type yes: ")
        except EOFError:  # nobody is there to ask
            return False
        return answer.strip().lower() == "yes"
